#: exit_code = 1
def generator():
    yield 1
    raise ValueError("in a generator")
for value in generator(): print(value)
