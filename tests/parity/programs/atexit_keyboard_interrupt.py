import atexit
def interrupted(): raise KeyboardInterrupt("in an exit function")
atexit.register(print, "runs all the same")
atexit.register(interrupted)
