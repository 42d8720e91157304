#: exit_code = 7
import atexit, os
atexit.register(print, "never runs")
atexit.register(os._exit, 7)
print("lost in the buffer")
