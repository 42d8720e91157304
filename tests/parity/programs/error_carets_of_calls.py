import traceback
def show(function):
    try:
        function()
    except Exception:
        traceback.print_exc()
def binary(): return (1 + 2) * (3 / (4 - 4)) + 5
def subscript(): return [[1], [2]][0][1 + 1]
def attribute(): return "text".upper().nothing.more
def unpacking(): a, b = 1, ; return a
def call(): return len(1, 2) + len([])
def comprehension(): return [1 / x for x in (1, 0)]
for function in (binary, subscript, attribute, unpacking, call, comprehension): show(function)
