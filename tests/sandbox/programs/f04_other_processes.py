#: tries = "F4: see other processes"
#: stdout = "True\n"
import os
print([int(p) for p in os.listdir("/proc") if p.isdigit()] == [os.getpid()])
