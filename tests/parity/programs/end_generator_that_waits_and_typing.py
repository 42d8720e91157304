import typing
class Item: pass
class Stack(typing.Generic[typing.TypeVar("T")]): pass
def generate():
    try: yield
    finally: print("finally")
stack: Stack[Item] = Stack()
waits = generate()
next(waits)
