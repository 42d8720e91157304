#: exit_code = 3
import atexit, logging, sys, threading, weakref
class Said:
    def __init__(self, text): self.text = text
    def __del__(self): print(self.text)
def suspended():
    try:
        yield
    finally:
        print("generator")
generator = suspended()
next(generator)
weakref.finalize(generator, print, "finalizer")
atexit.register(print, "exit function")
logging.getLogger().addHandler(logging.StreamHandler(sys.stdout))
def late():
    threading.main_thread().join()
    logging.warning("thread")
threading.Thread(target=late).start()
said, cycle = Said("global"), Said("cycle")
cycle.me = cycle
print("main ends")
sys.exit(3)
