#: exit_code = 1
print("before")
globals().clear()
print("after")
1 / 0
