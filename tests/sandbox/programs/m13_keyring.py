#: tries = "M13, K3: keep data in a keyring"
#: stdout = "EPERM EPERM EPERM\n"
from attack import show, syscall
show(syscall(248, b"user", b"x", b"y" * 20000, 20000, -3), syscall(250, 0, -3, 1), syscall(249, b"user", b"x", 0, 0))
