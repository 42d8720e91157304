import atexit, threading
def start():
    thread = threading.Thread(target=print, args=("in the thread",))
    thread.start()
    thread.join()
atexit.register(start)
