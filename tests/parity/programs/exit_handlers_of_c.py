#: signal = 6
# What C code has registered runs, after Python has ended.
import ctypes
libc = ctypes.CDLL(None)
print(libc.on_exit(libc.abort, None))
