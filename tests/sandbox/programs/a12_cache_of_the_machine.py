#: tries = "throw shared libraries out of the page cache, flush the host's disk: answered, not done"
#: stdout = "ok ok ok\n"
import os
from attack import show, word
fd = os.open("/usr/bin/python3", os.O_RDONLY)
show(word(os.posix_fadvise, fd, 0, 0, os.POSIX_FADV_DONTNEED), word(os.fsync, fd), word(os.sync))
