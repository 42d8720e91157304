import atexit, threading
threading._register_atexit(print, "before threads are waited for")
atexit.register(print, "exit function")
def late():
    threading.main_thread().join()
    print("the thread ends")
threading.Thread(target=late).start()
