#: exit_code = 1
#: code = "x = 1\r\ny = (2\r\nz = 3\r\n"
