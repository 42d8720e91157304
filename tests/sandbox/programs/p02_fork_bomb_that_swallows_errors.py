#: tries = "P2: a fork bomb that goes on when forks fail"
#: reason = ["time_limit", "wall_time_limit"]
#: limits = {cpuTimeMs = 500, wallTimeMs = 3000}
#: [unprivileged]
#: limits = {wallTimeMs = 1000}
#: reason = "wall_time_limit"
import os
while True:
    try:
        os.fork()
    except OSError:
        pass
