#: exit_code = 1
#: code = "\uFEFFx = 1 / 0\n"
