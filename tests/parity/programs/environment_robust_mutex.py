# The kernel's list of robust futexes is set, as a dying owner shows.
import ctypes, os, mmap
libc = ctypes.CDLL(None)
memory = mmap.mmap(-1, 4096)
mutex = ctypes.addressof(ctypes.c_char.from_buffer(memory))
attributes = ctypes.create_string_buffer(64)
libc.pthread_mutexattr_init(attributes)
print(libc.pthread_mutexattr_setrobust(attributes, 1), libc.pthread_mutexattr_setpshared(attributes, 1), libc.pthread_mutex_init(ctypes.c_void_p(mutex), attributes))
child = os.fork()
if child == 0:
    libc.pthread_mutex_lock(ctypes.c_void_p(mutex))
    os._exit(0)
os.waitpid(child, 0)
print(libc.pthread_mutex_lock(ctypes.c_void_p(mutex)))
