import sys
before = set(sys.modules)
import re
print([name for name in sys.modules if name not in before])
