#: tries = "F3, F11: root, cwd, exe and descriptors of init and of whoever else there may be"
#: stdout = "['ENOENT'] control ok ok ok ok ok\n"
import os
from attack import show, word
def tries(pid):
    base = f"/proc/{pid}/"
    return [word(os.listdir, base + "root"), word(os.listdir, base + "cwd"), word(os.readlink, base + "exe"),
            word(os.listdir, base + "fd"), word(os.stat, base + "ns/pid")]
seen = {answer for pid in [*range(1, 400), *range(1000, 40000, 37)] if pid != os.getpid() for answer in tries(pid)}
show(sorted(seen), "control", *tries(os.getpid()))
