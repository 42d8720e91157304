#: signal = 11
import sys
sys.setrecursionlimit(1000000000)
class Deep:
    def __repr__(self): return repr(Deep())
print("flushed", flush=True)
repr(Deep())
