#: tries = "P2: new session, new group, ignored signals in every generation; none is left"
#: reason = ["time_limit", "wall_time_limit"]
#: limits = {cpuTimeMs = 300, wallTimeMs = 1500}
import os, signal
for number in range(1, 65):
    if number not in (9, 19, 32, 33):
        signal.signal(number, signal.SIG_IGN)
while True:
    try:
        if os.fork() == 0:
            os.setsid()
    except OSError:
        pass
