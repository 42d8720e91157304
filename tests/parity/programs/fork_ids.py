import os
parent = os.getpid()
child = os.fork()
if child == 0:
    print(os.getppid() == parent, os.getpgrp() == os.getpgid(parent), os.getsid(0) == os.getsid(parent), os.getpid() > parent, flush=True)
    os._exit(0)
os.waitpid(child, 0)
