#: tries = "N5, N8: chroot, pivot_root, host name"
#: stdout = "EPERM EPERM EPERM\n"
import os
from attack import show, syscall, word
show(word(os.chroot, "."), syscall(155, b".", b"."), syscall(170, b"x", 1))
