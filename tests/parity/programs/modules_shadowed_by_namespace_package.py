#: files = [{name = "json/other.py", content = "print('never')\n"}]
# A directory without __init__.py does not win over a module further down the path.
import json
print(json.__file__)
