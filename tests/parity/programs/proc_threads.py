import os
print([int(name) == os.getpid() for name in os.listdir("/proc/self/task")])
