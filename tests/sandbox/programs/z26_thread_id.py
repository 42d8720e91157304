#: tries = "Z26: what libc remembers of the thread: its id, its processor times, its locks"
#: stdout = "True True True True True\n"
import ctypes, os, threading, time
from attack import libc
libc.pthread_self.restype = ctypes.c_void_p
me = ctypes.c_void_p(libc.pthread_self())
clock = ctypes.c_int()
cpus = ctypes.create_string_buffer(128)
mutex = ctypes.create_string_buffer(64)
kind = ctypes.create_string_buffer(16)
libc.pthread_mutexattr_init(kind)
libc.pthread_mutexattr_settype(kind, 2)  # PTHREAD_MUTEX_ERRORCHECK
libc.pthread_mutex_init(mutex, kind)
print(threading.get_native_id() == libc.syscall(186) == os.getpid(),
      libc.pthread_getaffinity_np(me, 128, cpus) == 0 and any(cpus.raw),
      libc.pthread_getcpuclockid(me, ctypes.byref(clock)) == 0 and time.clock_gettime(clock.value) > 0,
      libc.pthread_mutex_lock(mutex) == 0 and libc.pthread_mutex_lock(mutex) == 35,
      libc.pthread_kill(me, 0) == 0)
