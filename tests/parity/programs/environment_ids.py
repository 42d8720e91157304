import os
print(os.getpid() > 1, os.getppid(), os.getpgrp() == os.getpid(), os.getsid(0) == os.getpid(), os.getpgid(0) == os.getpid())
