#: tries = "O8, F5: descriptors of ours left open"
#: stdout = "[] ['0', '1', '2', '3']\n"
import os
found = []
for fd in range(3, 1024):
    try:
        os.write(fd, b"x")
        found.append(fd)
    except OSError as error:
        if error.errno != 9:
            found.append(fd)
print(found, sorted(os.listdir("/proc/self/fd")))
