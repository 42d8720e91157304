class Said:
    def __del__(self): print("gone")
said = Said()
print("main ends")
