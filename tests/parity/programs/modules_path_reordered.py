#: files = [{name = "json.py", content = "print('never')\n"}]
import sys
sys.path.append(sys.path.pop(0))
import json
print(json.__file__)
