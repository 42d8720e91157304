#: tries = "F4: see other processes than one's own"
#: stdout = "True 2\n"
import os, time
child = os.fork()
if child == 0:
    time.sleep(60)
seen = {int(p) for p in os.listdir("/proc") if p.isdigit()}
print(seen == {os.getpid(), child}, len(seen))
