#: exit_code = 1
1 = x
