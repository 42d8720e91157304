#: tries = "N10: SIGTERM to oneself kills, as everywhere"
#: reason = "signal"
#: signal = 15
import os, signal
os.kill(os.getpid(), signal.SIGTERM)
