#: differs = "what the standard library keeps in caches and registries shows modules that were imported ahead"
def below(kind, seen):
    for other in type.__subclasses__(kind):
        if other not in seen:
            seen.add(other)
            below(other, seen)
    return seen
print(sorted({f"{kind.__module__}.{kind.__qualname__}" for kind in below(object, set())}))
