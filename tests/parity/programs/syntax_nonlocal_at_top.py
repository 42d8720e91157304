#: exit_code = 1
nonlocal x
