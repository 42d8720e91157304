#: exit_code = 1
b"abc\xff".decode()
