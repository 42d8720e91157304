#: limits = {memoryBytes = 67108864, cpuTimeMs = 10000}
import sys
sys.setrecursionlimit(60000)
def deeper(level): return deeper(level + 1) if level < 50000 else level
print(deeper(0))
