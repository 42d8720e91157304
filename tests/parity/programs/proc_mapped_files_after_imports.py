import ctypes, json, random, decimal, hashlib
print(sorted({line.split(maxsplit=5)[5].strip() for line in open("/proc/self/maps") if len(line.split(maxsplit=5)) > 5 and "/" in line}))
