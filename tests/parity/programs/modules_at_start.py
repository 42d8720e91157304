import sys
print(len(sys.modules))
print(list(sys.modules))
