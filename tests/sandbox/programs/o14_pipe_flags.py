#: tries = "O14: change the flags, the size and the mode of the pipes, and have init killed when they move"
#: stdout = "fine\n"
import fcntl, os, signal
from attack import word
for fd in (0, 1, 2):
    fcntl.fcntl(fd, fcntl.F_SETOWN, 1)
    fcntl.fcntl(fd, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(fd, fcntl.F_SETFL, os.O_NONBLOCK | os.O_ASYNC | os.O_DIRECT)
    for size in (1 << 20, 4096):
        word(fcntl.fcntl, fd, fcntl.F_SETPIPE_SZ, size)
    word(os.fchmod, fd, 0)
print("fine")
