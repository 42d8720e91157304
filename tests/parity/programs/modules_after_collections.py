import sys
before = set(sys.modules)
import collections
print([name for name in sys.modules if name not in before], hasattr(collections, "abc"))
