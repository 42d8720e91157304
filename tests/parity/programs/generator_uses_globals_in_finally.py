value = "a value"
def suspended():
    try:
        yield
    finally:
        print(value, __name__, sum([1, 2]))
one = suspended()
next(one)
