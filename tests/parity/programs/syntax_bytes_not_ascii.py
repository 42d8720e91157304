#: exit_code = 1
x = b"naïve"
