class Meta(type):
    def __del__(cls): print("class gone", cls.__name__)
class Own(metaclass=Meta): pass
class Below(Own): pass
print("main ends")
