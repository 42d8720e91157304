#: exit_code = 1
sorted([3, 1], key=lambda value: value.missing)
