import threading
def hook(args): raise LookupError("in the hook")
threading.excepthook = hook
def fail(): raise ValueError("in a thread")
thread = threading.Thread(target=fail, name="failing")
thread.start()
thread.join()
