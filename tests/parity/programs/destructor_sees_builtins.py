import builtins
class Said:
    def __init__(self, write=__import__("os").write): self.write = write
    def __del__(self):
        self.write(1, f"{type(open).__name__} {type(__builtins__).__name__} {len([])}\n".encode())
first = Said()
builtins.kept = Said()
