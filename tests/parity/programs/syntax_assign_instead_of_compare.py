#: exit_code = 1
if x = 1: pass
