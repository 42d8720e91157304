#: exit_code = 1
x = "\N{no such name}"
