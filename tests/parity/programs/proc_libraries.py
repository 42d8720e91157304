#: differs = "the kernel tells what the process was before it was a run: its arguments, its environment's end, its ids at the start, its parent, what it has mapped"
# As the dynamic linker lists them.
import ctypes
names = []
@ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p)
def note(information, size, data):
    names.append(ctypes.c_char_p.from_address(information + 8).value)
    return 0
ctypes.CDLL(None).dl_iterate_phdr(note, None)
print([name for name in names if b"vdso" not in name])
