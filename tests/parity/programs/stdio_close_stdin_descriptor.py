import os, sys
os.close(0)
print(open("main.py").fileno())
try:
    sys.stdin.read()
except OSError as error:
    print(error)
