#: files = [{name = "said.py", content = """
#: class Said:
#:     def __init__(self, text): self.text = text
#:     def __del__(self): print(self.text)
#: """}]
# Without functions or classes the module is not part of a cycle.
from said import Said
_underscored = Said("_underscored")
zulu = Said("zulu")
alpha = Said("alpha")
__dunder__ = Said("__dunder__")
_second = Said("_second")
zulu = Said("zulu again")
del alpha
print("main ends")
