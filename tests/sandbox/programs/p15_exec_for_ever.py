#: tries = "P15: exec itself for ever; cpu time is summed over execs"
#: reason = "time_limit"
#: limits = {cpuTimeMs = 300}
import os, sys
os.execv(sys.executable, [sys.executable, "main.py"])
