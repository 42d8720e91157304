#: signal = 2
import atexit, threading
class Said:
    def __del__(self): print("destructor")
said = Said()
atexit.register(print, "exit function")
def late():
    threading.main_thread().join()
    print("thread")
threading.Thread(target=late).start()
raise KeyboardInterrupt("with a message")
