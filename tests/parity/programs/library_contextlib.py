import contextlib, os
with contextlib.suppress(ZeroDivisionError), contextlib.ExitStack() as stack:
    stack.callback(print, "left")
    1 / 0
with contextlib.chdir("/tmp"): print(os.getcwd())
print(os.getcwd())
