def stubborn():
    while True:
        try:
            yield
        except GeneratorExit:
            print("stays")
            yield
            return
one = stubborn()
next(one)
