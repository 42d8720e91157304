#: exit_code = 30
import os, signal, sys
signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(number + 15))
os.kill(os.getpid(), signal.SIGTERM)
