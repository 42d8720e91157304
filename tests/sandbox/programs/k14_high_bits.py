#: tries = "K2: refused arguments with a bit that the kernel does not look at"
#: stdout = "filter EPERM notify EINVAL merge EINVAL seccomp EPERM\nunshare EPERM control ok ok ok\n"
import ctypes, mmap, os, socket
from attack import show, syscall
UP = 1 << 32
pair = socket.socketpair()
program = (ctypes.c_ulonglong * 2)(0x6, 0)  # one instruction: return 0
header = (ctypes.c_ulonglong * 2)(1, ctypes.addressof(program))
memory = mmap.mmap(-1, 1 << 16)
place = ctypes.addressof(ctypes.c_char.from_buffer(memory))
usr = os.open("/usr", os.O_RDONLY | os.O_DIRECTORY)
show("filter", syscall(54, pair[0].fileno(), 1, 26 | UP, ctypes.addressof(header), 16),
     "notify", syscall(72, usr, 1026 | UP, 1), "merge", syscall(28, place, 1 << 16, 12 | UP),
     "seccomp", syscall(157, 22 | UP, 2, ctypes.addressof(header)))
show("unshare", syscall(272, 0x10000000 | UP), "control", syscall(54, pair[0].fileno(), 1, 2 | UP, ctypes.addressof(header), 4),
     syscall(72, usr, 1 | UP, 0), syscall(28, place, 1 << 16, 4 | UP))
