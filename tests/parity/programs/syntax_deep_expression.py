#: exit_code = 1
exec("x = " + "-" * 100000 + "1")
