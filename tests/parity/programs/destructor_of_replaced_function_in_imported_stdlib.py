import json
class Said:
    def __call__(self, value): return "replaced"
    def __del__(self): print("gone")
json.dumps = Said()
print(json.dumps(1))
