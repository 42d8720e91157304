#: exit_code = 1
fro x in range(3): pass
