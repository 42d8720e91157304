import sys
print([sys.modules.pop(name, "absent") for name in ("json", "re", "enum")])
import json
print(json.loads("[1]"))
