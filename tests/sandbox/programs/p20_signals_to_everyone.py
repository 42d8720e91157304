#: tries = "P9: kill everyone that can be seen, and every number besides"
#: reason = "signal"
#: signal = 9
#: stdout = "control ok\n"
import os, signal
from attack import word, show
show("control", word(os.kill, os.getpid(), 0))
for pid in range(1, 33000):
    if pid != os.getpid():
        word(os.kill, pid, signal.SIGKILL)
word(os.kill, -1, signal.SIGKILL)
os.kill(0, signal.SIGKILL)
