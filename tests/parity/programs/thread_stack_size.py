# glibc takes the default from the stack limit that held when the process was executed.
import ctypes, threading
libc = ctypes.CDLL(None)
print(threading.stack_size())
def look():
    attributes, size = ctypes.create_string_buffer(64), ctypes.c_size_t()
    libc.pthread_self.restype = ctypes.c_ulong
    libc.pthread_getattr_np(ctypes.c_ulong(libc.pthread_self()), attributes)
    libc.pthread_attr_getstacksize(attributes, ctypes.byref(size))
    print(size.value)
thread = threading.Thread(target=look)
thread.start()
thread.join()
default, size = ctypes.create_string_buffer(64), ctypes.c_size_t()
libc.pthread_getattr_default_np(default)
libc.pthread_attr_getstacksize(default, ctypes.byref(size))
print(size.value)
