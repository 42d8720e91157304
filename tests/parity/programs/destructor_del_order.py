class Said:
    def __init__(self, text): self.text = text
    def __del__(self): print(self.text)
a, b, c = Said("a"), Said("b"), Said("c")
del b
a = None
c = Said("c again")
def function():
    x, y = Said("x"), Said("y")
    print("function ends")
function()
print("main ends")
