#: tries = "D3: a file of a petabyte with nothing in it"
#: stdout = "ok\n"
#: [unprivileged]
#: stdout = "EFBIG\n"
import os
from attack import show, word
open("out", "w").close()
show(word(os.truncate, "out", 1 << 50))
