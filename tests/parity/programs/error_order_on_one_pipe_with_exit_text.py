#: exit_code = 1
import atexit, os, sys
os.dup2(1, 2)
atexit.register(print, "exit function")
print("first")
sys.exit("second")
