class Said:
    def __init__(self, text): self.text = text
    def __del__(self): print(self.text)
class Holder:
    attribute = Said("of a class")
    def method(self, said=Said("of a method's default")): pass
class Below(Holder):
    attribute = Said("of a class below")
    __slots__ = ("slot",)
below = Below()
below.slot = Said("in a slot")
Holder.added = Said("added to a class")
