import threading
def fail():
    threading.main_thread().join()
    raise ValueError("after the main thread")
threading.Thread(target=fail).start()
print("main ends")
