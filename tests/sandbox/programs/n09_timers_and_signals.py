#: tries = "N9: as many timers and pending signals as the kernel gives"
#: stdout = "bounded EAGAIN bounded EAGAIN\n"
import ctypes, errno, os, signal
from attack import libc, show
signal.pthread_sigmask(signal.SIG_BLOCK, [40])
def until_refused(action):
    for made in range(100000):
        if action() != 0:
            break
    return "bounded" if made <= 1024 else made, errno.errorcode[ctypes.get_errno()]
info = ctypes.create_string_buffer(128)
ctypes.c_int.from_buffer(info, 8).value = -1
queued = until_refused(lambda: libc.syscall(129, os.getpid(), 40, info))
signal.sigtimedwait([40], 0)
timer = ctypes.c_int()
show(*queued, *until_refused(lambda: libc.syscall(222, 1, None, ctypes.byref(timer))))
