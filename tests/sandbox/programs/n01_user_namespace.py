#: tries = "N1, N2: new namespaces by unshare, clone and clone3"
#: stdout = "EPERM EPERM EPERM ENOSYS EPERM\n"
from attack import show, syscall
show(syscall(272, 0x10000000), syscall(56, 0x10000000 + 17, 0, 0, 0, 0), syscall(56, 0x20000000 + 17, 0, 0, 0, 0),
     syscall(435, 0, 0), syscall(308, 0, 0))
