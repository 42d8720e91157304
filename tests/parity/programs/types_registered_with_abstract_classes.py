#: differs = "what the standard library keeps in caches and registries shows modules that were imported ahead"
import _collections_abc, _collections
print(issubclass(_collections.deque, _collections_abc.MutableSequence), issubclass(_collections.OrderedDict, _collections_abc.MutableMapping))
