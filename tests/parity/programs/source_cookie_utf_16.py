#: exit_code = 1
#: code = "# coding: utf-16\nprint('é')\n"
