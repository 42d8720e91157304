import sys, threading, time
def late():
    time.sleep(0.1)
    print("the thread ends")
thread = threading.Thread(target=late)
thread.start()
del sys.modules["threading"]
print("main ends")
