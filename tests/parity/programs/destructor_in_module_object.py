import sys, types
class Said:
    def __del__(self): print("gone")
made = types.ModuleType("made")
made.said = Said()
sys.modules["made"] = made
del made
print("main ends")
