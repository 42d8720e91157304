#: tries = "P7: a child that keeps stdout open must not hold up the answer"
#: stdout = "bye\n"
#: wall_ms_max = 3000
import os, time
if os.fork() == 0:
    time.sleep(999)
print("bye")
