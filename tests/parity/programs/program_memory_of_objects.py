import sys
values = [object() for _ in range(200000)]
print(len(values))
del values
print("done")
