#: exit_code = 1
#: code = "\uFEFF\uFEFFprint('é')\n"
