#: tries = "lower the limits of the slot's init for those who come after"
#: stdout = "EPERM own ok\n"
import resource
from attack import show, word
show(word(resource.prlimit, 1, resource.RLIMIT_CPU, (0, 0)),
     "own", word(resource.prlimit, 0, resource.RLIMIT_CPU, resource.getrlimit(resource.RLIMIT_CPU)))
