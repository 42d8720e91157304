#: exit_code = 1
print([1 / value for value in (2, 1, 0)])
