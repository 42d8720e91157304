# Functions refer to the module's names, so the module is part of a cycle.
class Said:
    def __init__(self, text): self.text = text
    def __del__(self): print(self.text)
def function(): return zulu
_underscored = Said("_underscored")
zulu = Said("zulu")
alpha = Said("alpha")
_second = Said("_second")
print("main ends")
