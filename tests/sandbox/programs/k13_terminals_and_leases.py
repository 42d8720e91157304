#: tries = "K2, F9: type on a terminal, take one as one's own, ask the kernel for more than it owes by ioctl"
#: stdout = "['ENOTTY'] refused control ok\n"
import fcntl, os
from attack import show, word
streams = [0, 1, 2, os.open("/dev/null", os.O_RDWR)]
terminal = (0x5412, 0x541C, 0x540E, 0x541D, 0x5480, 0x4B4D, 0x5602)  # TIOCSTI, TIOCLINUX, TIOCSCTTY, TIOCCONS, ...
system = os.open("/usr/bin/env", os.O_RDONLY)
frozen = {word(fcntl.ioctl, system, request, bytearray(32)) for request in
          (0xC0045877, 0xC0045878, 0xC0185879, 0x40086602, 0x401C5820, 0x40049409, 0x6611, 0x40806685)}  # FIFREEZE, FITRIM, flags, ...
show(sorted({word(fcntl.ioctl, fd, request, b"x" * 8) for fd in streams for request in terminal}),
     "refused" if "ok" not in frozen else frozen, "control", word(fcntl.ioctl, system, 0x541B, bytearray(4)))
