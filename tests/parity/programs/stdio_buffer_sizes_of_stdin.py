#: stdin = "one\ntwo\nthree\n"
# Python reads ahead; what is left is for others.
import os, sys
print(repr(sys.stdin.readline()), os.read(0, 100), sys.stdin.read())
