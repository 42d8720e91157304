import collections.abc
class Said:
    def __del__(self): print("gone")
class Own: kept = Said()
collections.abc.Sized.register(Own)
print(isinstance(Own(), collections.abc.Sized))
