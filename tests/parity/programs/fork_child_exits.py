import os, sys
for code in (0, 3, "text", None):
    child = os.fork()
    if child == 0:
        sys.exit(code)
    print(code, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
