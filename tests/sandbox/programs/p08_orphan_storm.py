#: tries = "P6: make orphans faster than they can be reaped, then go"
#: stdout = "bye\n"
#: limits = {cpuTimeMs = 4000, wallTimeMs = 8000}
#: wall_ms_max = 6000
import os, time
def fork():
    try:
        return os.fork()
    except BlockingIOError:
        return -1
for _ in range(8):
    if fork() == 0:
        while True:
            if fork() == 0:
                os._exit(0)
time.sleep(0.3)
print("bye")
