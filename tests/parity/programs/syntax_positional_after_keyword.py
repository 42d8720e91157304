#: exit_code = 1
print(end="", "text")
