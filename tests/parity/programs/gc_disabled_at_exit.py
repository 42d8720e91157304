import gc
gc.disable()
class Said:
    def __del__(self): print("gone")
said = Said()
said.me = said
print("main ends")
