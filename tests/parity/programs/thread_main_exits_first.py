#: exit_code = 6
import sys, threading
def late():
    threading.main_thread().join()
    print("after sys.exit")
threading.Thread(target=late).start()
sys.exit(6)
