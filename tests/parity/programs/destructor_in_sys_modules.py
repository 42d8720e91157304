import sys
class Said:
    def __del__(self): print("gone")
sys.modules["kept"] = Said()
print("main ends")
