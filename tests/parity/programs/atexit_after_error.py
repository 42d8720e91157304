#: exit_code = 1
import atexit
atexit.register(print, "after the traceback")
print("before the traceback")
1 / 0
