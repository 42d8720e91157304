import builtins
class Number(int):
    def __del__(self): print("gone")
builtins.number = Number(3)
