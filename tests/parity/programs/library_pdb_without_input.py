#: exit_code = 1
print("before")
breakpoint()
print("after")
