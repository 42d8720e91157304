import threading, time
class Said:
    def __del__(self): print("gone")
started = threading.Event()
def wait():
    said = Said()
    started.set()
    time.sleep(60)
threading.Thread(target=wait, daemon=True).start()
started.wait()
print("main ends")
