#: exit_code = 1
# The status of the exit is the file that is written to.
import ctypes, sys
libc = ctypes.CDLL(None)
libc.strdup.restype = ctypes.c_void_p
libc.on_exit(libc.dprintf, ctypes.c_void_p(libc.strdup(b"an exit handler of C\n")))
print("main ends")
sys.exit(1)
