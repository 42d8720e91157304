import threading, time
def late():
    time.sleep(0.2)
    print("the thread ends")
threading.Thread(target=late).start()
print("main ends")
