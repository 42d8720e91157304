#: exit_code = 1
#: code = "x =\u00a01\n"
