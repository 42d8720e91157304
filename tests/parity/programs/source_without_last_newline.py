#: code = "print('first')\nprint('last')"
