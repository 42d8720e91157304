import importlib, json, logging
json.added, json.dumps = 1, None
again = importlib.reload(json)
print(again is json, json.added, json.dumps([1]))
print(importlib.reload(logging) is logging)
