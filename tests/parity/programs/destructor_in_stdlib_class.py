#: differs = "what a program has hung below the names of the standard library's own modules is not destroyed at the exit"
import json
class Said:
    def __del__(self): print("gone")
json.JSONEncoder.kept = Said()
print("main ends")
