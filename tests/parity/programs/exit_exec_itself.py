#: stdin = "first\nsecond\n"
import os, sys
print(os.read(0, 6), sys.argv, sys.orig_argv, flush=True)
if len(sys.argv) == 1:
    os.execv(sys.executable, [*sys.orig_argv, "again"])
