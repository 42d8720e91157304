import sys
before = set(sys.modules)
import random
print([name for name in sys.modules if name not in before])
