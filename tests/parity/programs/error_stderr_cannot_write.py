#: exit_code = 120
import sys
class Broken:
    def write(self, text): raise OSError("broken")
sys.stderr = Broken()
raise ValueError("uncaught")
