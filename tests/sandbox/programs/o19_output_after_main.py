#: tries = "O19: output of a thread after the main one has ended, and at exit"
#: stdout = "main\nthread\nexit\n"
import atexit, threading, time
def later():
    threading.main_thread().join()
    print("thread")
atexit.register(print, "exit")
threading.Thread(target=later).start()
print("main")
