#: exit_code = 1
x = "never ends
