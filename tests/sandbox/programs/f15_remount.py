#: tries = "F15, N4: remount, bind, unmount, the new mount calls"
#: stdout = "EPERM EPERM EPERM EPERM EPERM EPERM\n"
from attack import show, syscall
show(syscall(165, 0, b"/", 0, 32 + 4096, 0), syscall(166, b"/proc", 2), syscall(430, b"tmpfs", 0),
     syscall(428, -100, b"/", 1), syscall(429, -100, b"/", -100, b"/tmp", 0), syscall(442, -100, b"/", 0, 0, 0))
