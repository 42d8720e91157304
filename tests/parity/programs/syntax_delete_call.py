#: exit_code = 1
del print("x")
