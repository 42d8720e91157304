#: exit_code = 3
import ctypes, sys
ctypes.CDLL(None).printf(b"through C, never flushed by us\n")
print("python")
sys.exit(3)
