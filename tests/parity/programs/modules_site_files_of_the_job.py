#: files = [{name = "sitecustomize.py", content = "print('never')\n"}, {name = "usercustomize.py", content = "print('never')\n"},
#:          {name = "pyvenv.cfg", content = "home = /nowhere\n"}, {name = "python3._pth", content = "/nowhere\n"}]
import sys
print(sys.prefix, [name for name in sys.modules if "customize" in name])
