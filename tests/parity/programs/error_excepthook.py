#: exit_code = 1
import sys
def hook(kind, value, traceback):
    print(kind.__name__, value, traceback.tb_lineno, traceback.tb_next.tb_lineno)
sys.excepthook = hook
def fail(): raise ValueError("hooked")
fail()
