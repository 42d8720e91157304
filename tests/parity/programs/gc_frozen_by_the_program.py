import gc
class Said:
    def __del__(self): print("gone")
said = Said()
said.me = said
gc.freeze()
print("main ends")
