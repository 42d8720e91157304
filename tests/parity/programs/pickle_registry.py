import copyreg
print(sorted(f"{kind.__module__}.{kind.__qualname__}" for kind in copyreg.dispatch_table))
