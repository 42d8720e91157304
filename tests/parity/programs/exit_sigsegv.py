#: signal = 11
import os, signal
os.kill(os.getpid(), signal.SIGSEGV)
