#: exit_code = 1
next(iter([]))
