import sys
def deeper(level):
    try:
        return max([level], key=lambda _: 0) and deeper(level + 1) if level % 2 else list(map(deeper, [level + 1]))[0]
    except RecursionError:
        return level
print(deeper(1))
