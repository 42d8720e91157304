import threading
def interrupted(): raise KeyboardInterrupt
thread = threading.Thread(target=interrupted)
thread.start()
thread.join()
print("main goes on")
