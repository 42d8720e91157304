import atexit, threading, time
def late():
    time.sleep(0.3)
    print("never printed")
atexit.register(lambda: threading.Thread(target=late).start())
