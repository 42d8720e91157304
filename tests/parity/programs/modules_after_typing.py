import sys
before = set(sys.modules)
import typing
print([name for name in sys.modules if name not in before])
