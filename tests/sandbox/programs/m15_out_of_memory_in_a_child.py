#: tries = "M16: a child is over the limit; the whole group is ended, the parent too"
#: limits = {memoryBytes = 67108864}
#: reason = "memory_limit"
#: stdout = ""
#: wall_ms_max = 5000
#: [unprivileged]
#: stdout = "child ended 1\n"
import os, signal
pid = os.fork()
if pid == 0:
    x = bytearray(100 << 20)
    os._exit(0)
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
if status == -signal.SIGKILL:
    signal.pause()
print("child ended", status)
