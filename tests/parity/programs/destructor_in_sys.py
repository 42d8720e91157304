import sys
class Said:
    def __del__(self): print("gone")
sys.kept = Said()
print("main ends")
