#: code = "print('first')\rprint('last')\r"
