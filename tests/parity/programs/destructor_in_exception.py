class Said:
    def __init__(self, text): self.text = text
    def __del__(self): print(self.text)
class Carries(Exception): pass
try:
    raise Carries(Said("of an exception"))
except Carries as error:
    kept = error
print("main ends")
