#: differs = "what the standard library keeps in caches and registries shows modules that were imported ahead"
import collections.abc, numbers
print(issubclass(int, numbers.Integral), issubclass(list, collections.abc.Sequence), sorted(kind.__name__ for kind in collections.abc.Sequence.__subclasses__()))
