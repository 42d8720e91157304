import json
class Said:
    def __del__(self): print("gone")
json.JSONEncoder.kept = Said()
print("main ends")
