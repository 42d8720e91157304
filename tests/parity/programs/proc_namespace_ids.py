import os
for line in open("/proc/self/status"):
    if line.startswith("NS"): print(line.split()[0], [int(number) == os.getpid() for number in line.split()[1:]])
