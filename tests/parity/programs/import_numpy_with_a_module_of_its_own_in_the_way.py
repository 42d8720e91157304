#: files = [{name = "secrets.py", content = "import random\nrandbits = random.SystemRandom().getrandbits\nwhere = 'own'"}]
try:
    import numpy
    print(numpy.arange(3).sum())
except ImportError: print("no numpy")
import secrets
print(secrets.where)
