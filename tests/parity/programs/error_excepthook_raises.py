#: exit_code = 1
import sys
def hook(kind, value, traceback): raise LookupError("in the hook")
sys.excepthook = hook
raise ValueError("uncaught")
