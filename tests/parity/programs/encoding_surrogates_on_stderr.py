import sys
print("a\udc80b\ud800c ☃", file=sys.stderr)
