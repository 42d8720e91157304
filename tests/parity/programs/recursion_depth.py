import sys
def deeper(level):
    try:
        return deeper(level + 1)
    except RecursionError:
        return level
print(sys.getrecursionlimit(), deeper(0))
