#: exit_code = 1
#: code = "print('before')\nprint('a\u0000b')\nprint('next line')\n"
