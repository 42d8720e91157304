#: tries = "P1: fork until nothing more is had"
#: reason = "runtime_error"
#: stderr_has = "BlockingIOError"
import os, time
while True:
    if os.fork() == 0:
        time.sleep(60)
