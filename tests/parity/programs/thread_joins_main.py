import threading
def wait():
    threading.main_thread().join()
    print("main has ended", threading.main_thread().is_alive(), threading.active_count())
threading.Thread(target=wait).start()
print("main ends")
