#: code = "print('before')\n# a comment \u0000 and more\nprint('next line')\n"
