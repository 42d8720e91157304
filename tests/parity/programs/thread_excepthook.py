import threading
def hook(args):
    print(args.exc_type.__name__, args.exc_value, args.thread.name, args.exc_traceback.tb_frame.f_code.co_name)
threading.excepthook = hook
def fail(): raise ValueError("in a thread")
thread = threading.Thread(target=fail, name="failing")
thread.start()
thread.join()
threading.excepthook = threading.__excepthook__
