#: tries = "F12, F13: change what later programs run"
#: stdout = "EROFS EROFS EROFS EROFS\n"
from attack import show, word
show(*(word(lambda: open(p, "w")) for p in ("/x", "/etc/x", "/usr/lib/python3/x.pth", "/usr/lib/python3.11/sitecustomize2.py")))
