#: tries = "N4: mounts by the old calls and every one of the new"
#: stdout = "['EPERM'] ['ENOSYS'] control ok\n"
from attack import show, syscall
show(sorted({syscall(165, b"tmpfs", b"/tmp", b"tmpfs", 0, 0), syscall(165, b"/", b"/tmp", 0, 4096, 0), syscall(166, b"/tmp", 0),
             syscall(428, -100, b"/", 1), syscall(429, -100, b"/", -100, b"/tmp", 0), syscall(430, b"tmpfs", 0),
             syscall(431, 3, 6, 0, 0, 0), syscall(432, 3, 0, 0), syscall(433, -100, b"/", 0), syscall(442, -100, b"/", 0, 0, 0)}),
     sorted({syscall(number, 0, 0, 0, 0) for number in (457, 458, 467)}),  # statmount, listmount, open_tree_attr
     "control", syscall(137, b"/", b"\0" * 200))
