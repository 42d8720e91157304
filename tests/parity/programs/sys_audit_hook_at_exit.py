#: differs = "the end of the interpreter is not told to audit hooks"
import os, sys
def hook(event, arguments, write=os.write):
    if event.startswith(("cpython.", "sys.")): write(1, event.encode() + b"\n")
sys.addaudithook(hook)
print("main ends", flush=True)
