#: tries = "D6: find the System V objects of the one before"
#: after = "d06_ipc_for_the_next.py"
#: stdout = "ENOENT ENOENT ENOENT control ok\n"
from attack import show, syscall
key = 4711
show(syscall(29, key, 0, 0), syscall(64, key, 0, 0), syscall(68, key, 0), "control", syscall(29, key, 4096, 0o1666))
