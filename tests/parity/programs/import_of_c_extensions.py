import _json, _random, zlib, _ctypes, _struct, math, sys
for module in (_json, _random, zlib, _ctypes, _struct, math): print(module.__name__, module.__spec__.origin, type(module.__loader__).__name__)
del sys.modules["math"]
import math as again
print(again is math, again.pi)
