#: tries = "C9: set the clock"
#: stdout = "EPERM EPERM EPERM\n"
import time
from attack import show, syscall, word
show(word(time.clock_settime, time.CLOCK_REALTIME, 0), syscall(159, 0), syscall(164, 0, 0))
