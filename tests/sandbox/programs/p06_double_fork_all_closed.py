#: tries = "P6: a daemon without descriptors or parents"
#: stdout = "bye\n"
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(0, 99)
        time.sleep(999)
    os._exit(0)
print("bye")
