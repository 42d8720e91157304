#: exit_code = 1
def deeper(level):
    if level == 0: raise ValueError("bottom")
    deeper(level - 1)
deeper(50)
