import ctypes
libc = ctypes.CDLL(None, use_errno=True)
print(libc.close(99), ctypes.get_errno(), ctypes.c_int.in_dll(ctypes.pythonapi, "Py_OptimizeFlag").value)
