import sys
before = set(sys.modules)
import logging
print([name for name in sys.modules if name not in before])
