#: exit_code = 1
raise ValueError("one") from 5
