#: exit_code = 1
x = 1
print(f"{x!z} {x:{y}} {")
