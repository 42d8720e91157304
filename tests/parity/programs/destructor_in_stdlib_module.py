import json
class Said:
    def __del__(self): print("gone")
json.kept = Said()
print("main ends")
