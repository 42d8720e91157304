import sys, json
first = json
del sys.modules["json"]
import json
print(json is first, json.JSONEncoder is first.JSONEncoder, json.dumps is first.dumps)
