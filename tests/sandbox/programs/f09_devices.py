#: tries = "F9: make and find devices"
#: stdout = "EPERM ['fd', 'full', 'null', 'random', 'shm', 'stderr', 'stdin', 'stdout', 'urandom', 'zero']\n"
import os
from attack import show, word
show(word(os.mknod, "d", 0o60600, os.makedev(8, 0)), sorted(os.listdir("/dev")))
