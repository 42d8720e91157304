"""
>>> double(2)
4
>>> double("a")
'aa'
>>> double(3)
7
"""
import doctest
def double(value): return value * 2
print(doctest.testmod())
