#: tries = "C3, C5: a tree of processes that work a little each and end, and leave new ones behind"
#: reason = "time_limit"
#: limits = {cpuTimeMs = 400, wallTimeMs = 2500}
#: cpu_ms_between = [400, 500]
#: unprivileged = "not enforced: cpu time is bounded process by process; those that end early reach no bound"
import os, time
if os.fork() == 0:
    while True:
        # Nobody lives long enough to reach a bound of its own.
        end = time.process_time() + 0.01
        while time.process_time() < end:
            pass
        try:
            if os.fork() != 0:
                os._exit(0)
            os.fork()
        except OSError:
            pass
time.sleep(60)
