#: tries = "P13: stop with a signal nobody undoes"
#: reason = "wall_time_limit"
#: limits = {wallTimeMs = 500}
import os, signal
os.kill(os.getpid(), signal.SIGSTOP)
