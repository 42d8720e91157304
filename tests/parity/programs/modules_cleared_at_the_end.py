import sys
class Said:
    def __del__(self): print("gone")
said = Said()
modules = sys.modules
sys.modules.clear()
print("main ends")
