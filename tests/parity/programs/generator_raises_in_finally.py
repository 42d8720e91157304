def suspended():
    try:
        yield
    finally:
        raise ValueError("while it is closed")
one = suspended()
next(one)
print("main ends")
