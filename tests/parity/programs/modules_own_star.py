#: files = [{name = "helper.py", content = "__all__ = ['shown']\nshown, hidden = 1, 2\n"}]
from helper import *
print(sorted(name for name in dir() if not name.startswith("__")))
