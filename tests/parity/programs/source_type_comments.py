x = [] # type: list
for y in x: # type: int
    pass
print("ran")
