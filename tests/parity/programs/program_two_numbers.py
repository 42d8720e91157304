#: stdin = "3 4\n5 6\n"
import sys
for line in sys.stdin:
    a, b = map(int, line.split())
    print(a + b)
