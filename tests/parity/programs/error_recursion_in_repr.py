#: exit_code = 1
nested = []
for _ in range(5000): nested = [nested]
repr(nested)
