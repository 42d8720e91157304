#: exit_code = 1
#: code = "# coding: no-such-encoding\nprint('é')\n"
