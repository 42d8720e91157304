import sys
try:
    bytearray(sys.maxsize)
except MemoryError as error:
    print(type(error).__name__, error.args)
