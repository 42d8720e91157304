import gc
class Said:
    def __del__(self): print("gone")
said = Said()
said.itself = said
del said
print(gc.collect() > 0)
print("main ends")
