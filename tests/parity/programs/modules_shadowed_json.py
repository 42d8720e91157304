#: files = [{name = "json.py", content = "print('the own json')\ndef loads(text): return 'own'\n"}]
import json
print(json.loads("[1]"), json.__file__)
