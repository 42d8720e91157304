#: exit_code = 1
#: code = "x = 1\nif x"
