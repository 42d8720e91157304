#: tries = "D22: a hard link to somebody's file"
#: stdout_in = ["EXDEV\n", "EPERM\n"]
import os
from attack import show, word
show(word(os.link, "/usr/bin/env", "x"))
