#: tries = "D21: dump core"
#: reason = "signal"
#: signal = 6
import os
os.abort()
