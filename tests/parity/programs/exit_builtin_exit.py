#: exit_code = 3
print(exit, quit)
exit(3)
