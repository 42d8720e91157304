#: tries = "use up what the whole machine shares: inotify, aio, message queues, socket filters, seccomp filters, huge pages"
#: stdout = "inotify ENOSYS aio ENOSYS mq ENOSYS attach EPERM seccomp EPERM huge ENOSYS ENOSYS\n"
import ctypes, socket
from attack import libc, show, syscall, word
s = socket.socket()
context = ctypes.c_ulong(0)
show("inotify", syscall(294, 0), "aio", syscall(206, 128, ctypes.byref(context)), "mq", syscall(240, b"/x", 0o102, 0o600, 0),
     "attach", word(s.setsockopt, socket.SOL_SOCKET, 26, b"\0" * 16), "seccomp", syscall(157, 22, 2, 0),
     "huge", syscall(9, 0, 1 << 21, 3, 0x40022, -1, 0), syscall(319, b"x", 4))
