import sys
sys.path.insert(0, "/box/a\0b")
try:
    import json
    print("imported")
except ValueError as error: print(error)
