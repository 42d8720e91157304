#: tries = "P2, C1, C3: thirty processes spin at once; the limit is on all together and met closely"
#: reason = "time_limit"
#: limits = {cpuTimeMs = 400, wallTimeMs = 3000}
#: cpu_ms_between = [400, 500]
#: unprivileged = "not enforced: cpu time is bounded process by process; thirty may use thirty times as much until the wall limit"
import os
for _ in range(29):
    if os.fork() == 0:
        break
while True:
    pass
