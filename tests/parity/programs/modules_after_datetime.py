import sys
before = set(sys.modules)
import datetime
print([name for name in sys.modules if name not in before])
