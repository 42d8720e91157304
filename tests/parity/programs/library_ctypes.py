import ctypes, os
libc = ctypes.CDLL(None)
print(libc.getpid() == os.getpid(), libc.abs(-5), libc.strlen(b"abc"), ctypes.sizeof(ctypes.c_long), ctypes.string_at(b"abc"))
compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))(lambda a, b: a[0] - b[0])
values = (ctypes.c_int * 5)(5, 3, 1, 4, 2)
libc.qsort(values, 5, 4, compare)
print(list(values), ctypes.get_errno())
