#: differs = "threads are shut down once more where the interpreter's whole end is needed"
import threading
threading._shutdown = lambda: print("patched")
print("main ends")
