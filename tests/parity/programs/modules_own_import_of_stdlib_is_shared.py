#: files = [{name = "helper.py", content = "import json\ndef get(): return json\n"}]
import helper, json
print(helper.get() is json)
