import json, os
class Said:
    def __init__(self, text): self.text = text
    def __del__(self): print(self.text)
json.dumps.kept = Said("function of an imported module")
os.walk.kept = Said("function of a module of the start")
os.environ.kept = Said("object of a module of the start")
print("main ends")
