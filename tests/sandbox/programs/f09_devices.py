#: tries = "F9: make devices and find them; have the ones there are do more than they should"
#: stdout = "EPERM EPERM control ok\n['fd', 'full', 'null', 'random', 'shm', 'stderr', 'stdin', 'stdout', 'urandom', 'zero']\n['EPERM'] ENOTTY EROFS ENOSPC\n"
import fcntl, os
from attack import show, word
show(word(os.mknod, "d", 0o60600, os.makedev(8, 0)), word(os.mknod, "c", 0o20600, os.makedev(1, 1)),
     "control", word(os.mkfifo, "f"))
show(sorted(os.listdir("/dev")))
pool = os.open("/dev/urandom", os.O_RDWR)
entropy = (0x40045201, 0x40085203, 0x5204, 0x5206, 0x5207)  # RNDADDTOENTCNT, ADDENTROPY, ZAPENTCNT, CLEARPOOL, RESEEDCRNG
show(sorted({word(fcntl.ioctl, pool, request, bytearray(16)) for request in entropy}),
     word(fcntl.ioctl, os.open("/dev/null", os.O_RDWR), 0x5412, b"x"), word(os.chmod, "/dev/null", 0o600),
     word(os.write, os.open("/dev/full", os.O_WRONLY), b"x"))
