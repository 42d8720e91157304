#: files = [{name = "json.py", content = "print('never')\n"}]
import sys
sys.path.remove("/box")
import json
print(json.__file__)
