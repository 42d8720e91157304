#: exit_code = 1
print(“quoted by a word processor”)
