#: tries = "N10: SIGABRT of oneself kills, as everywhere"
#: reason = "signal"
#: signal = 6
import os, signal
os.kill(os.getpid(), signal.SIGABRT)
