class Meta(type):
    def __new__(meta, name, bases, names, **options):
        print("making", name, sorted(name for name in names if not name.startswith("__")), options)
        return super().__new__(meta, name, bases, names, **options)
class Field:
    def __set_name__(self, owner, name): print("named", owner.__name__, name)
    def __get__(self, instance, owner): return instance and 5
class Own(metaclass=Meta):
    field = Field()
    def __init_subclass__(cls, **options): print("subclass", cls.__name__, options)
class Below(Own, option=1): pass
print(Below().field, [kind.__name__ for kind in Below.__mro__])
