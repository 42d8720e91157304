import sys
sys.path.clear()
for name in ("json", "random", "math", "sys", "os", "zlib"):
    try:
        __import__(name)
        print(name, "found")
    except ImportError as error:
        print(error)
