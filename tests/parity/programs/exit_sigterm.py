#: signal = 15
import atexit, os, signal
atexit.register(print, "never")
print("flushed", flush=True)
print("lost in the buffer")
os.kill(os.getpid(), signal.SIGTERM)
