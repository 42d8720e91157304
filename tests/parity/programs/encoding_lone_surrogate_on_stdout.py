#: exit_code = 1
print("before")
print("\ud800")
