#: signal = 2
import os, signal
print("lost in the buffer")
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.kill(os.getpid(), signal.SIGINT)
