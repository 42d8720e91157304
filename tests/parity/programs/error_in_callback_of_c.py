import ctypes
@ctypes.CFUNCTYPE(ctypes.c_int)
def fail(): raise ValueError("in a callback")
print(fail())
