#: stdin = "é☃\u0000\r\n"
import sys
print(sys.stdin.buffer.read(3), sys.stdin.buffer.peek(), sys.stdin.buffer.read())
