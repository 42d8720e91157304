#: exit_code = 1
x = 0777
