#: tries = "M16: the kernel ends the whole group at once, so nobody in it sees another killed"
#: needs = "cgroup v2"
#: limits = {memoryBytes = 67108864}
#: reason = "memory_limit"
#: stdout = ""
import os
pid = os.fork()
if pid == 0:
    x = bytearray(100 << 20)
    os._exit(0)
os.waitpid(pid, 0)
os.write(1, b"the child was killed alone")
