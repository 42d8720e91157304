import gc
gc.disable()
class Said:
    def __init__(self, text): self.text = text
    def __del__(self): print(self.text)
for number in range(3):
    cycle = Said(number)
    cycle.itself = cycle
del cycle
one, other = Said("one"), Said("other")
one.partner, other.partner = other, one
print("main ends")
