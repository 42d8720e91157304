import builtins, sys
print(__builtins__ is builtins, __builtins__.__name__, sys.modules["builtins"] is builtins)
print(sorted(vars(builtins)), hasattr(builtins, "_"))
