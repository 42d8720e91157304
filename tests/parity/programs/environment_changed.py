import ctypes, os, subprocess
os.environ["ADDED"] = "value"
del os.environ["TMPDIR"]
libc = ctypes.CDLL(None)
libc.getenv.restype = ctypes.c_char_p
print(libc.getenv(b"ADDED"), libc.getenv(b"TMPDIR"), subprocess.run(["env"], capture_output=True).stdout)
