with open("json.py", "w") as made: made.write("print('the own json')\ndef dumps(value): return 'own'\n")
import json
print(json.dumps([1]))
