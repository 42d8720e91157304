#: exit_code = 1
def deeper(level): return deeper(level + 1)
deeper(0)
