#: files = [{name = "json.py", content = "class Said:\n    def __del__(self): print('gone', __name__)\nkept = Said()\ndef function(): return kept\n"}]
import json
print("main ends")
