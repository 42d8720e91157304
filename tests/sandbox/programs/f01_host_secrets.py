#: tries = "F1, F8: read the host's files"
#: stdout = "ENOENT ENOENT ENOENT ENOENT ENOENT ENOENT\n"
import os
from attack import show, word
show(*(word(os.stat, p) for p in ("/etc/shadow", "/root", "/home", "/var/run/docker.sock", "/sys", "/sys/fs/cgroup")))
