import builtins, sys
print(hasattr(builtins, "_"))
sys.displayhook([1, 2])
print(_)
