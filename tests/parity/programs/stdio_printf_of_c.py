import ctypes
libc = ctypes.CDLL(None)
print("python first, flushed", flush=True)
libc.printf(b"through C, buffered\n")
libc.fflush(None)
print("python last")
