#: differs = "the kernel tells what the process was before it was a run: its arguments, its environment's end, its ids at the start, its parent, what it has mapped"
import ctypes
libc = ctypes.CDLL(None)
libc.getauxval.restype = ctypes.c_ulong
print({name: libc.getauxval(number) for name, number in
       {"uid": 11, "euid": 12, "gid": 13, "egid": 14, "secure": 23, "pagesize": 6, "clock ticks": 17, "flags": 8, "phnum": 5}.items()})
print(ctypes.string_at(libc.getauxval(31)), ctypes.string_at(libc.getauxval(15)), libc.getauxval(25) != 0)
