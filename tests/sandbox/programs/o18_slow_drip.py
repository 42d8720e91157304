#: tries = "O18: a byte at a time until the wall limit"
#: reason = "wall_time_limit"
#: limits = {wallTimeMs = 700}
#: stdout_has = "xx"
import os, time
while True:
    os.write(1, b"x")
    time.sleep(0.05)
