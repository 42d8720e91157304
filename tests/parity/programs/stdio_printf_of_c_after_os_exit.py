import ctypes, os
ctypes.CDLL(None).printf(b"lost\n")
os._exit(0)
