#: tries = "K11: a system call filter of one's own, with a listener, by both calls; strict mode"
#: stdout = "['EPERM'] ['EPERM'] control ok\n"
import ctypes, struct
from attack import libc, show, syscall
code = ctypes.create_string_buffer(struct.pack("<HBBI", 6, 0, 0, 0x7FFF0000))
program = ctypes.create_string_buffer(struct.pack("<HxxxxxxQ", 1, ctypes.addressof(code)))
show(sorted({syscall(317, mode, flags, program) for mode in (0, 1) for flags in (0, 8, 1, 4)}),
     sorted({syscall(157, 22, mode, program, 0, 0) for mode in (1, 2)}), "control", syscall(157, 21))
