#: exit_code = 1
import ctypes
ctypes.CDLL(None).printf(b"through C, never flushed by us\n")
raise ValueError("uncaught")
