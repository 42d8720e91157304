#: tries = "P6: make orphans faster than they can be reaped, then go"
#: stdout = "bye\n"
#: limits = {cpuTimeMs = 4000, wallTimeMs = 8000}
#: wall_ms_max = 6000
import os, time
for _ in range(8):
    if os.fork() == 0:
        while True:
            try:
                if os.fork() == 0:
                    os._exit(0)
            except OSError:
                pass
time.sleep(0.3)
print("bye")
