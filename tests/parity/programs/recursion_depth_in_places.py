#: differs = "exit functions and destructors have one level of recursion less"
import atexit, threading
def deeper(level=0):
    try:
        return deeper(level + 1)
    except RecursionError:
        return level
atexit.register(lambda: print("exit function", deeper()))
thread = threading.Thread(target=lambda: print("thread", deeper()))
thread.start()
thread.join()
class Said:
    def __del__(self): print("destructor", deeper())
said = Said()
