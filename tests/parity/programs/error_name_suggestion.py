#: exit_code = 1
variable = 1
print(varable)
