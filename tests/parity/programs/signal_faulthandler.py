# In a child, because the thread's id is different each time.
import faulthandler, os, re, subprocess, sys
print(faulthandler.is_enabled())
code = "import faulthandler, ctypes; faulthandler.enable(); ctypes.string_at(0)"
ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
print(ran.returncode, re.sub("0x[0-9a-f]+", "0x", ran.stderr))
