#: tries = "F12, F16: make a file in every directory that can be reached, whatever is mounted where"
#: stdout = "['/box', '/dev/shm', '/tmp'] many\n"
import os
from attack import show, word
writable, seen = [], 0
roots = {line.split()[4] for line in open("/proc/self/mountinfo")}
for place in sorted(roots - {"/"}) + ["/"]:
    for directory, below, _ in os.walk(place):
        below[:] = [name for name in below if os.path.join(directory, name) not in roots | {"/proc", "/box/__pycache__"}][:40]
        seen += 1
        if word(os.open, os.path.join(directory, "left-behind"), os.O_WRONLY | os.O_CREAT) == "ok":
            writable.append(directory)
show(sorted(writable), "many" if seen > 1000 else seen)
