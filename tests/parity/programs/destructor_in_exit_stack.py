import contextlib
class Said:
    def __del__(self): print("gone")
stack = contextlib.ExitStack()
stack.callback(print, "never called", Said())
print("main ends")
