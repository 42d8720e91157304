#: exit_code = 1
#: code = "\uFEFF# coding: latin-1\nprint('é')\n"
