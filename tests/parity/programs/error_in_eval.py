#: exit_code = 1
eval("1 +\n 1 / 0")
