import _collections_abc, _collections
print(issubclass(_collections.deque, _collections_abc.MutableSequence), issubclass(_collections.OrderedDict, _collections_abc.MutableMapping))
