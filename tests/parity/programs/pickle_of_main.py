import copy, enum, pickle
class Own:
    def __init__(self, value): self.value = value
    def __eq__(self, other): return self.value == other.value
class Colour(enum.Enum): red = 1
def function(): return 1
for value in (Own(5), Colour.red, function, Own): print(pickle.loads(pickle.dumps(value)) == value, copy.deepcopy(value) == value)
print(pickle.dumps(Own(5)))
