import sys
before = set(sys.modules)
import asyncio
print([name for name in sys.modules if name not in before])
