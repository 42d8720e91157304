import builtins
class Said:
    def __del__(self): print("gone")
builtins.kept = Said()
print("main ends")
