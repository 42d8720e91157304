# The end of a program does not go through what a program can change.
import atexit, builtins, gc, sys, threading
class Said:
    def __del__(self, write=sys.stdout.write): write("gone\n")
said = Said()
cycle = Said()
cycle.me = cycle
gc.collect = atexit._run_exitfuncs = threading.active_count = lambda *_: sys.stdout.write("patched\n")
builtins.__import__ = None
print("main ends")
