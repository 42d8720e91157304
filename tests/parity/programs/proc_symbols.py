#: differs = "the kernel tells what the process was before it was a run: its arguments, its environment's end, its ids at the start, its parent, what it has mapped"
# Whose functions are found by those who look.
import ctypes
class Found(ctypes.Structure): _fields_ = [("file", ctypes.c_char_p), ("base", ctypes.c_void_p), ("name", ctypes.c_char_p), ("address", ctypes.c_void_p)]
libc = ctypes.CDLL(None)
for name in ("fopen", "fopen64", "getppid", "Py_Main", "getenv", "fork", "exit"):
    found = Found()
    libc.dladdr(ctypes.cast(getattr(libc, name), ctypes.c_void_p), ctypes.byref(found))
    print(name, found.file, found.name)
