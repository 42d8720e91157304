#: tries = "P18: real-time scheduling and negative nice"
#: stdout = "fifo EPERM\nnice EPERM\ncontrol ok\n"
import os
from attack import show, word
show("fifo", word(os.sched_setscheduler, 0, os.SCHED_FIFO, os.sched_param(50)))
show("nice", word(os.nice, -5))
show("control", word(os.nice, 1))
