#: differs = "what the standard library keeps in caches and registries shows modules that were imported ahead"
# Whoever looks finds the classes of modules that were never imported here.
def below(kind): return [kind.__name__] + [name for other in kind.__subclasses__() for name in below(other)]
print(len(below(BaseException)))
print(sorted(below(BaseException)))
