#: tries = "N6: write the id maps"
#: stdout = "EPERM EPERM\n"
import os
from attack import show, word
def write(name, text):
    fd = os.open("/proc/self/" + name, os.O_WRONLY)
    os.write(fd, text)
show(word(write, "uid_map", b"0 0 1"), word(write, "gid_map", b"0 0 1"))
