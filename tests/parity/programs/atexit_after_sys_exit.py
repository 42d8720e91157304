#: exit_code = 5
import atexit, sys
atexit.register(lambda: print("code", sys.exc_info()))
sys.exit(5)
