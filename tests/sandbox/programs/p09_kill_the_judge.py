#: tries = "P9: signals to parent, init and everyone"
#: stdout = "parent EPERM\ninit EPERM EPERM EPERM\ncontrol ok\n"
#: [unprivileged]
#: stdout = "parent ok\ninit ok ok ok\ncontrol ok\n"  # the id is shared; a process 1 takes no such signal from its own
import os, signal
from attack import word, show
show("parent", word(os.kill, os.getppid(), signal.SIGXCPU))
show("init", *(word(os.kill, 1, s) for s in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)))
show("control", word(os.kill, os.getpid(), 0))
