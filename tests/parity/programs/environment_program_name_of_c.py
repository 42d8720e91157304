import ctypes
libc = ctypes.CDLL(None)
print(ctypes.c_char_p.in_dll(libc, "program_invocation_name").value, ctypes.c_char_p.in_dll(libc, "program_invocation_short_name").value)
