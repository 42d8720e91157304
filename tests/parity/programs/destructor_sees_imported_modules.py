#: differs = "what a program has hung below the names of the standard library's own modules is destroyed later than it would be, or sees less of them"
# Modules that were imported are cleared after those of the program, or before.
import json, string
class Said:
    def __init__(self, json=json, string=string): self.json, self.string = json, string
    def __del__(self): print(self.json.dumps is None, self.string.digits, type(self.json.decoder).__name__)
said = Said()
kept_long = Said()
string.kept = kept_long
