import sys, types
fake = types.ModuleType("json")
fake.loads = lambda text: "fake"
sys.modules["json"] = fake
import json
print(json.loads("[1]"), json)
