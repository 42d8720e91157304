import sys
def hook(args): raise LookupError("in the hook")
sys.unraisablehook = hook
class Fails:
    def __del__(self): raise ValueError("in a destructor")
Fails()
print("main goes on")
