class Said:
    def __del__(self):
        import json
        import fractions
        print(json.dumps([1]), fractions.Fraction(1, 2))
said = Said()
print("main ends")
