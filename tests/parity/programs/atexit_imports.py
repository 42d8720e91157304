import atexit
def late():
    import fractions
    print(fractions.Fraction(3, 6))
atexit.register(late)
