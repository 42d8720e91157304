#: tries = "Z14: destructors, cycles, generators, weak references and exit functions at the end"
#: stdout = "main ends\nthread ends\nexit function\nfinalizer\ngenerator closed\nglobal gone\ncycle gone\n"
import atexit, gc, threading, weakref
class Said:
    def __init__(self, text): self.text = text
    def __del__(self): print(self.text)
def generator():
    try:
        yield 1
    finally:
        print("generator closed")
class Watched: pass
gc.disable()
watched = Watched()
weakref.finalize(watched, print, "finalizer")
atexit.register(print, "exit function")
started = generator()
next(started)
a_global = Said("global gone")
cycle = Said("cycle gone")
cycle.itself = cycle
done = threading.Event()
def last():
    threading.main_thread().join()
    print("thread ends")
threading.Thread(target=last).start()
print("main ends")
