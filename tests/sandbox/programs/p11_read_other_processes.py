#: tries = "P11, F3: read init's memory, root, files and environment"
#: stdout = "mem ENOENT\nroot ENOENT\nenviron ENOENT\nvm EPERM\ncontrol ok\n"
import os
from attack import show, syscall, word
show("mem", word(open, "/proc/1/mem", "rb"))
show("root", word(os.listdir, "/proc/1/root"))
show("environ", word(open, "/proc/1/environ"))
show("vm", syscall(310, 1, 0, 0, 0, 0, 0))
show("control", word(open, "/proc/self/environ"))
