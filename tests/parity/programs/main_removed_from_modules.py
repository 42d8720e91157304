import sys
class Said:
    def __del__(self): print("gone")
said = Said()
del sys.modules["__main__"]
print("main goes on", __name__)
