#: stdin = "a line for C\nand one for Python\n"
import ctypes, os
line = ctypes.create_string_buffer(100)
libc = ctypes.CDLL(None)
libc.fgets(line, 100, ctypes.c_void_p.in_dll(libc, "stdin"))
print(line.value, os.read(0, 100))
