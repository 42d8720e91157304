#: exit_code = 5
import atexit, os, sys
class Said:
    def __del__(self): print("gone", os.getpid() == first, flush=True)
first = os.getpid()
said = Said()
atexit.register(lambda: print("exit function", os.getpid() == first, flush=True))
child = os.fork()
if child == 0: sys.exit(4)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) + 1)
