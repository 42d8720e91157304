import sys
class Odd:
    def __del__(self): print("gone")
sys.modules["odd"] = Odd()
sys.modules["none"] = None
sys.modules["number"] = 5
sys.modules[7] = Odd()
print("main ends")
