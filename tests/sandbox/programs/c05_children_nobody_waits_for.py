#: tries = "C5: cpu time of a child that nobody waits for"
#: reason = "time_limit"
#: limits = {cpuTimeMs = 300, wallTimeMs = 2500}
#: [unprivileged]
#: limits = {cpuTimeMs = 300, wallTimeMs = 600}
#: reason = "wall_time_limit"
import os, time
if os.fork() == 0:
    while True:
        pass
time.sleep(60)
