#: differs = "what the standard library keeps in caches and registries shows modules that were imported ahead"
import copyreg
print(sorted(f"{kind.__module__}.{kind.__qualname__}" for kind in copyreg.dispatch_table))
