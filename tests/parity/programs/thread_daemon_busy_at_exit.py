import threading
started = threading.Event()
def spin():
    started.set()
    while True: pass
threading.Thread(target=spin, daemon=True).start()
started.wait()
print("main ends")
