# Most of the 8 MiB that a stack may have.
import sys
sys.setrecursionlimit(1000000)
class Deep:
    def __init__(self, level): self.level = level
    def __repr__(self): return repr(Deep(self.level - 1)) if self.level else "bottom"
print(repr(Deep(9000)))
