#: exit_code = 1
import atexit, sys
class Said:
    def __init__(self, text): self.text = text
    def __del__(self): print(self.text)
class Carries(Exception): pass
atexit.register(lambda: print(sys.last_type.__name__, type(sys.last_value).__name__, sys.last_traceback.tb_lineno))
raise Carries(Said("of the uncaught one"))
