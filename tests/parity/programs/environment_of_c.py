import ctypes
libc = ctypes.CDLL(None)
libc.getenv.restype = ctypes.c_char_p
print([libc.getenv(name) for name in (b"HOME", b"LD_PRELOAD", b"PYTHONHOME", b"PATH", b"LC_ALL", b"_", b"PWD", b"SHLVL")])
environ = ctypes.POINTER(ctypes.c_char_p).in_dll(libc, "environ")
values = []
while environ[len(values)] is not None: values.append(environ[len(values)])
print(values)
