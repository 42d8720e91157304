#: tries = "D21: leave a core file, raise the limit on it, start a helper"
#: stdout = "6 no core EPERM []\n"
import os, resource
from attack import show, word
pid = os.fork()
if pid == 0:
    os.abort()
status = os.waitpid(pid, 0)[1]
show(os.WTERMSIG(status), "core" if os.WCOREDUMP(status) else "no core",
     word(resource.setrlimit, resource.RLIMIT_CORE, (1 << 30, 1 << 30)).replace("ValueError", "EPERM"),
     [name for name in os.listdir(".") if "core" in name])
