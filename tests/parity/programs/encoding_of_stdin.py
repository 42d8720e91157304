#: stdin = "naïve ☃\r\nsecond\rthird\n"
import sys
print([ascii(line) for line in sys.stdin])
