#: exit_code = 1
import os, signal
def handler(number, frame): raise LookupError("in a handler")
signal.signal(signal.SIGUSR1, handler)
os.kill(os.getpid(), signal.SIGUSR1)
