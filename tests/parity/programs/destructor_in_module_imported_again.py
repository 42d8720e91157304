#: differs = "what a program has hung below the names of the standard library's own modules is destroyed later than it would be, or sees less of them"
import sys, json
class Said:
    def __init__(self, text): self.text = text
    def __del__(self): print(self.text)
json.kept = Said("in the first")
del sys.modules["json"]
import json
json.kept = Said("in the second")
print("main ends")
