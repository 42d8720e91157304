#: exit_code = 4
#: files = [{name = "next.py", content = "import sys\nprint(sys.argv, __file__)\nsys.exit(4)\n"}]
import os, sys
os.execv(sys.executable, [sys.executable, "next.py", "argument"])
