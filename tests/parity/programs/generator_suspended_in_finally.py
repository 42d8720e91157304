def suspended(name):
    try:
        yield
    finally:
        print("closed", name)
first = suspended("first")
next(first)
never_started = suspended("never started")
in_list = [suspended("in a list")]
next(in_list[0])
print("main ends")
