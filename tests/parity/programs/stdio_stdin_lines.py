#: stdin = "1\n2\n3\n\n5"
import sys
for line in sys.stdin: print(repr(line))
print(repr(sys.stdin.read()), repr(sys.stdin.readline()))
