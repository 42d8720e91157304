# C's buffer is flushed when the process exits, after Python's.
import ctypes
ctypes.CDLL(None).printf(b"through C, never flushed by us\n")
print("python")
