#: tries = "C5: cpu time of children that were waited for counts too"
#: reason = "time_limit"
#: limits = {cpuTimeMs = 400, wallTimeMs = 2500}
#: cpu_ms_between = [400, 500]
#: unprivileged = "not enforced: cpu time is bounded process by process; children's is not the parent's"
import os, time
while True:
    if os.fork() == 0:
        end = time.process_time() + 0.02
        while time.process_time() < end:
            pass
        os._exit(0)
    os.wait()
