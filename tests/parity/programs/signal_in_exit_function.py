import atexit, os, signal
signal.signal(signal.SIGUSR1, lambda *_: print("handled"))
atexit.register(print, "exit function")
atexit.register(os.kill, os.getpid(), signal.SIGUSR1)
