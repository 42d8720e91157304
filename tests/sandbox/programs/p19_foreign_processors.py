#: tries = "P19: ask for all processors; no more are had than before"
#: stdout = "True ok True\n"
import os
from attack import show, word
before = os.sched_getaffinity(0)
asked = word(os.sched_setaffinity, 0, range(256))
after = os.sched_getaffinity(0)
show(len(before) > 0, asked, after <= set(range(os.cpu_count())) and len(after) <= os.cpu_count())
