#: tries = "M6: System V shared memory that nobody has attached"
#: limits = {memoryBytes = 67108864}
#: reason = "memory_limit"
#: unprivileged = "not enforced: shared memory is bounded segment by segment"
import ctypes
from attack import libc
libc.shmat.restype = ctypes.c_void_p
for _ in range(10):
    segment = libc.shmget(0, 10 << 20, 0o600)
    address = libc.shmat(segment, None, 0)
    ctypes.memset(address, 1, 10 << 20)
    libc.shmdt(ctypes.c_void_p(address))
