#: exit_code = 1
#: code = "x = 1\u0001\n"
