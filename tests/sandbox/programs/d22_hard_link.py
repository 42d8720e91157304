#: tries = "D22: hard links to somebody's files, by name and by descriptor"
#: stdout = "refused ENOENT control ok\n"
import os
from attack import show, syscall, word
fd = os.open("/usr/bin/env", os.O_RDONLY)
found = {word(os.link, path, "x") for path in ("/usr/bin/env", "/usr/bin/su", "/etc/passwd", "/dev/null")}
found |= {syscall(265, -100, b"/proc/self/exe", -100, b"x", 0x400), syscall(265, fd, b"", -100, b"x", 0x1000)}
open("own", "w").close()
show("refused" if found <= {"EXDEV", "EPERM", "ENOENT"} else found, word(os.stat, "x"), "control", word(os.link, "own", "y"))
