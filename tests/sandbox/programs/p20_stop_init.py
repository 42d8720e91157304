#: tries = "P9, P13: stop process 1 and leave; the answer must come all the same"
#: stdout_in = ["EPERM EPERM EPERM\n", "ok ok ok\n"]
#: wall_ms_max = 3000
import os, signal
from attack import word, show
show(*(word(os.kill, 1, s) for s in (signal.SIGSTOP, signal.SIGSEGV, signal.SIGCHLD)))
