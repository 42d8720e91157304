#: tries = "G1, G2: find the control groups"
#: stdout = "[] ENOENT\n"
import os
from attack import show, word
show([l for l in open("/proc/self/mountinfo") if "cgroup" in l], word(os.listdir, "/sys/fs/cgroup"))
