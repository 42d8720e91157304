#: tries = "M16: a child is over the limit; the whole group is ended, the parent too"
#: limits = {memoryBytes = 67108864}
#: reason = "memory_limit"
#: stdout = ""
#: [unprivileged]
#: stdout = "child ended 1\n"
import os
pid = os.fork()
if pid == 0:
    x = bytearray(100 << 20)
    os._exit(0)
print("child ended", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
