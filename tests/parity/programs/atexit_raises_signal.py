#: signal = 15
import atexit, os, signal
atexit.register(print, "never runs")
atexit.register(os.kill, os.getpid(), signal.SIGTERM)
