#: exit_code = 1
#: code = "print('before')\n1 / 0"
