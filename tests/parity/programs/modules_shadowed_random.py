#: files = [{name = "random.py", content = "print('the own random')\ndef random(): return 4\n"}]
import random
print(random.random())
try:
    import tempfile
except ImportError as error:
    print(error)
