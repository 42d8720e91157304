#: exit_code = 1
#: code = "# coding: rot13\nprint('text')\n"
