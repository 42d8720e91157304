import atexit, sys
atexit.register(print, "runs all the same")
atexit.register(sys.exit, 3)
atexit.register(sys.exit, "with a message")
