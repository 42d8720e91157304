#: differs = "modules of the program's own are destroyed at the exit in another order, where they hold one another"
class Said:
    def __init__(self, text): self.text = text
    def __del__(self): print(self.text)
in_list = [Said("list 0"), Said("list 1"), [Said("list in list")]]
in_dict = {"b": Said("dict b"), "a": Said("dict a")}
in_tuple = (Said("tuple 0"), Said("tuple 1"))
in_set = {Said("set")}
in_closure = (lambda said: lambda: said)(Said("closure"))
in_default = lambda said=Said("default"): said
in_partial = __import__("functools").partial(print, Said("partial"))
in_deque = __import__("collections").deque([Said("deque 0"), Said("deque 1")])
