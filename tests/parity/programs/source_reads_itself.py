print(open(__file__).read(), end="")
