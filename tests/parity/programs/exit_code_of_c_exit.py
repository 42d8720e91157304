#: exit_code = 33
import ctypes
print("lost in the buffer")
ctypes.CDLL(None).exit(33)
