#: exit_code = 1
import sys
sys.excepthook = None
raise ValueError("uncaught")
