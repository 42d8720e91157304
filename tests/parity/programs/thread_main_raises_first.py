#: exit_code = 1
import threading
def late():
    threading.main_thread().join()
    print("after the traceback")
threading.Thread(target=late).start()
raise ValueError("main ends")
