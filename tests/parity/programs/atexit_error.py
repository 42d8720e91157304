import atexit
def fail(): raise ValueError("in an exit function")
atexit.register(print, "runs all the same")
atexit.register(fail)
atexit.register(print, "runs first")
