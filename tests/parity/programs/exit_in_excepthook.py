#: exit_code = 19
import sys
def hook(*arguments):
    print("hook")
    sys.exit(19)
sys.excepthook = hook
raise ValueError
