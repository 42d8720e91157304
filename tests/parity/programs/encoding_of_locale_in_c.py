import ctypes
libc = ctypes.CDLL(None)
libc.setlocale.restype = libc.nl_langinfo.restype = ctypes.c_char_p
print([libc.setlocale(category, None) for category in range(7)], libc.nl_langinfo(14))
