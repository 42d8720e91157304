import functools
@functools.singledispatch
def show(value): return "something"
@show.register
def _(value: int): return "an int"
@show.register(list)
def _(value): return "a list"
print(show(1), show([]), show("x"), show(True), sorted(kind.__name__ for kind in show.registry))
