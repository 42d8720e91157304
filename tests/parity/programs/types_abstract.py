import abc
class Base(abc.ABC):
    @abc.abstractmethod
    def method(self): ...
try:
    Base()
except TypeError as error:
    print(error)
