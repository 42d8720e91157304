#: exit_code = 2
import contextlib, sys
with contextlib.ExitStack() as stack:
    stack.callback(print, "left")
    sys.exit(2)
