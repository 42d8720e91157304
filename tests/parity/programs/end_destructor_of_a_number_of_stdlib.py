#: differs = "an instance that the collector does not know, of a class of the standard library's to which the program has given a destructor, is not destroyed"
import numbers
numbers.Number.__del__ = lambda self: print("gone")
number = numbers.Number()
