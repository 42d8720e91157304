# The number of names stays the same.
import os
class Said:
    def __call__(self): return "replaced"
    def __del__(self): print("gone")
os.getcwd = Said()
print(os.getcwd())
