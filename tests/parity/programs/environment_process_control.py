import ctypes
libc = ctypes.CDLL(None)
def get(option):
    value = ctypes.c_int(-1)
    result = libc.prctl(option, ctypes.byref(value), 0, 0, 0)
    return result, value.value
name = ctypes.create_string_buffer(16)
libc.prctl(16, name, 0, 0, 0)
print("name", name.value, "dumpable", libc.prctl(3, 0, 0, 0, 0), "no new privileges", libc.prctl(39, 0, 0, 0, 0), "keep capabilities", libc.prctl(7, 0, 0, 0, 0))
print("death signal", get(2), "reaper", get(37), "slack", libc.prctl(30, 0, 0, 0, 0), "secure bits", libc.prctl(27, 0, 0, 0, 0), "huge pages", libc.prctl(42, 0, 0, 0, 0))
