#: exit_code = 1
import atexit, io, sys
sys.stderr = io.StringIO()
atexit.register(lambda: print(sys.stderr.getvalue()))
raise ValueError("collected")
