#: files = [{name = "other.py", content = "import sys\nprint(__name__, __file__, sys.path[0], len(sys.modules))\n"}]
import subprocess, sys
print(subprocess.run([sys.executable, "other.py"], capture_output=True, text=True).stdout)
