import threading
threading._shutdown = lambda: print("patched")
print("main ends")
