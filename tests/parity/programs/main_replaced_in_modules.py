import sys, types
class Said:
    def __del__(self): print("gone")
said = Said()
sys.modules["__main__"] = types.ModuleType("__main__")
print("main goes on", __name__)
