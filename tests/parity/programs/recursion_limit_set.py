import sys
sys.setrecursionlimit(5000)
def deeper(level):
    try:
        return deeper(level + 1)
    except RecursionError:
        return level
print(deeper(0))
try:
    sys.setrecursionlimit(1)
except RecursionError as error:
    print(error)
