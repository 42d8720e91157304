#: exit_code = 1
exec("x = 1\ny = = 2\n")
