#: exit_code = 1
if True:
    break
