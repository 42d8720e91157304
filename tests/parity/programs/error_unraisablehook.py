import sys
def hook(args): print(args.exc_type.__name__, args.exc_value, args.err_msg, args.object.__qualname__)
sys.unraisablehook = hook
class Fails:
    def __del__(self): raise ValueError("in a destructor")
Fails()
at_exit = Fails()
