#: exit_code = 1
#: code = "# coding: ascii\nprint('before')\nprint('é')\n"
