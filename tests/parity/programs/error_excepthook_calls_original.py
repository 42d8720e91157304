#: exit_code = 1
import sys
def hook(*arguments):
    print("hook", flush=True)
    sys.__excepthook__(*arguments)
sys.excepthook = hook
raise ValueError("uncaught")
