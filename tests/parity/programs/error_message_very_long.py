#: exit_code = 1
raise ValueError("x" * 100000)
