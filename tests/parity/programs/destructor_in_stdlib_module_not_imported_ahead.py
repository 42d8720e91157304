import colorsys, this
class Said:
    def __init__(self, text): self.text = text
    def __del__(self): print(self.text)
colorsys.kept = Said("in colorsys")
print("main ends")
