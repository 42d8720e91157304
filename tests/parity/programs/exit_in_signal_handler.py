#: exit_code = 23
import os, signal, sys
signal.signal(signal.SIGUSR1, lambda *_: sys.exit(23))
try:
    os.kill(os.getpid(), signal.SIGUSR1)
finally:
    print("finally")
