# libc keeps the thread's number; a stale one makes these fail.
import ctypes, time
libc = ctypes.CDLL(None)
libc.pthread_self.restype = ctypes.c_ulong
this, mask, clock = ctypes.c_ulong(libc.pthread_self()), ctypes.create_string_buffer(128), ctypes.c_int()
print(libc.pthread_getaffinity_np(this, 128, mask), libc.pthread_getcpuclockid(this, ctypes.byref(clock)), libc.pthread_kill(this, 0))
print(time.clock_gettime(clock.value) < 5, libc.gettid() == libc.getpid())
