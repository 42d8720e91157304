import inspect
class Holder:
    """A class."""
    def method(self):
        # A comment.
        return lambda: 1
def function(a, b=2, *c, d, **e) -> int:
    return a
print(inspect.getsource(Holder), inspect.getsource(function), inspect.getsource(Holder().method()))
print(inspect.signature(function), inspect.getfile(Holder), inspect.getsourcefile(function), inspect.getdoc(Holder))
