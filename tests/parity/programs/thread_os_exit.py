#: exit_code = 9
import os, threading
def leave():
    print("lost in the buffer")
    os._exit(9)
threading.Thread(target=leave).start()
threading.Event().wait()
