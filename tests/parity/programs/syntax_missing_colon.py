#: exit_code = 1
print("never printed")
if True
    pass
