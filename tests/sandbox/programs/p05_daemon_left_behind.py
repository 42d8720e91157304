#: tries = "P5: a session leader that outlives the program"
#: stdout = "bye\n"
import os, time
if os.fork() == 0:
    os.setsid()
    time.sleep(999)
print("bye")
