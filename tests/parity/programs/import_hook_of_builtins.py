import builtins
original = builtins.__import__
def noisy(name, globals=None, locals=None, fromlist=(), level=0):
    print("import", name, fromlist, level)
    return original(name, globals, locals, fromlist, level)
builtins.__import__ = noisy
import json
from collections import OrderedDict
