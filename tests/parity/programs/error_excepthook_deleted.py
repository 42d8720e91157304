#: exit_code = 1
import sys
del sys.excepthook
raise ValueError("uncaught")
