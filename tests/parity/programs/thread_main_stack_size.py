import ctypes
libc = ctypes.CDLL(None)
libc.pthread_self.restype = ctypes.c_ulong
attributes, size = ctypes.create_string_buffer(64), ctypes.c_size_t()
print(libc.pthread_getattr_np(ctypes.c_ulong(libc.pthread_self()), attributes))
libc.pthread_attr_getstacksize(attributes, ctypes.byref(size))
print(round(size.value / (1 << 20)))
