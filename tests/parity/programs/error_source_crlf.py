#: exit_code = 1
#: code = "def f():\r\n    return 1 / 0\r\nf()\r\n"
