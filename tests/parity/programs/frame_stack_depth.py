import inspect
def outer(): return inner()
def inner(): return [(frame.function, frame.lineno, frame.filename) for frame in inspect.stack()]
print(outer())
