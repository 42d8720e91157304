# Code at the top of a module runs when it is imported, with the builtins of the moment.
import builtins
original = builtins.__build_class__
made = []
def build(function, name, *bases, **options):
    made.append(name)
    return original(function, name, *bases, **options)
builtins.__build_class__ = build
import textwrap, queue
builtins.__build_class__ = original
print(made)
