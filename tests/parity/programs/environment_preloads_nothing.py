# Not here, and not in a child.
import os, subprocess
print([name for name in os.environ if name.startswith(("LD_", "PYTHON"))])
print(subprocess.run("env | grep -c ^LD_; grep -c memfd /proc/self/maps", shell=True, capture_output=True).stdout)
