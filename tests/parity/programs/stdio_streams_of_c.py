# Whether C buffers, and how much.
import ctypes
libc = ctypes.CDLL(None)
for name in ("stdin", "stdout", "stderr"):
    stream = ctypes.c_void_p.in_dll(libc, name)
    print(name, libc.fileno(stream), libc.__flbf(stream), libc.__fwriting(stream), libc.feof(stream), libc.ferror(stream))
libc.__fbufsize.restype = ctypes.c_size_t
stdout = ctypes.c_void_p.in_dll(libc, "stdout")
print(libc.__fbufsize(stdout))
libc.putchar(10)
print(libc.__fbufsize(stdout))
