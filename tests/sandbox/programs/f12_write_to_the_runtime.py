#: tries = "F12, F13: change what later programs run"
#: stdout = "['EROFS'] refused control ok\n"
import json, os, sys
from attack import show, word
made = ("/x", "/etc/x", "/etc/ld.so.preload", "/etc/ld.so.cache", "/proc/x", "/usr/lib/python3/x.pth",
        "/usr/lib/python3.11/sitecustomize.py", "/usr/lib/python3/dist-packages/x.pth", "/usr/local/bin/python3",
        json.__cached__, json.__file__ + "x")
there = (json.__file__, os.path.realpath(sys.executable), "/usr/bin/env", "/proc/self/exe", "/etc/passwd")
def changes(path):
    return [word(os.open, path, os.O_WRONLY), word(os.truncate, path, 0), word(os.chmod, path, 0o777),
            word(os.unlink, path), word(os.utime, path)]
changed = {answer for path in there for answer in changes(path)}
show(sorted({word(os.open, path, os.O_WRONLY | os.O_CREAT | os.O_EXCL) for path in made} - {"ENOENT", "EEXIST"}),
     "refused" if changed <= {"EROFS", "EACCES", "EPERM", "EBUSY", "ETXTBSY"} else changed, "control", word(open, "x", "w"))
