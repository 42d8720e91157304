#: exit_code = 1
for x in []:
