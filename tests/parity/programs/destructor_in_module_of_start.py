import os
class Said:
    def __del__(self): print("gone")
os.kept = Said()
print("main ends")
