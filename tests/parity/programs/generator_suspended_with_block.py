import contextlib
@contextlib.contextmanager
def managed():
    print("entered")
    try:
        yield
    finally:
        print("left")
def suspended():
    with managed():
        yield
one = suspended()
next(one)
never_left = managed()
never_left.__enter__()
print("main ends")
