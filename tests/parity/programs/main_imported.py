import __main__, sys
print(__main__ is sys.modules["__main__"], __main__.sys is sys, vars(__main__) is globals())
value = "set before"
from __main__ import value as again
print(again, __main__.__name__)
import importlib
try:
    importlib.reload(__main__)
except Exception as error:
    print(type(error).__name__, error)
