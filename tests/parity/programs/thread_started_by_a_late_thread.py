import threading
def second(): print("second")
def first():
    threading.main_thread().join()
    print("first")
    threading.Thread(target=second).start()
threading.Thread(target=first).start()
print("main ends")
