import gc, threading
class Said:
    def __del__(self):
        thread = threading.Thread(target=print, args=("in the thread",))
        thread.start()
        thread.join()
said = Said()
said.itself = said
del said
gc.collect()
print("main ends")
