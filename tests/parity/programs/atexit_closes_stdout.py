import atexit, sys
atexit.register(print, "to a closed stream")
atexit.register(sys.stdout.close)
print("main ends")
