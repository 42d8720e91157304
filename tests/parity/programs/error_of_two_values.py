#: exit_code = 1
raise ValueError("one", 2)
