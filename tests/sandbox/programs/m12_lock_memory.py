#: tries = "M12: lock memory"
#: stdout_in = ["ENOMEM\n", "EPERM\n"]
from attack import show, syscall
show(syscall(151, 3))
