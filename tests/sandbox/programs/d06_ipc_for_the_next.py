#: tries = "D6: leave shared memory, semaphores and a message queue of System V, and undoing at death"
#: stdout = "ok ok ok ok\n"
import ctypes
from attack import libc, show, syscall
key = 4711
show(syscall(29, key, 1 << 16, 0o1666), syscall(64, key, 4, 0o1666), syscall(68, key, 0o1666),
     syscall(65, libc.semget(key, 4, 0), ctypes.create_string_buffer(b"\0\0\1\0\0\x10"), 1))  # SEM_UNDO
