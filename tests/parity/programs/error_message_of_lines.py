#: exit_code = 1
raise ValueError("first line\n  second line\n")
