import sys
class Said:
    def __del__(self): print("gone")
said = Said()
sys.modules = {}
print("main ends")
