import atexit, os, signal
atexit.register(print, "runs all the same")
atexit.register(os.kill, os.getpid(), signal.SIGINT)
print("main ends")
