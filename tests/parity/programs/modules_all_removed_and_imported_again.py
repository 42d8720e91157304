import sys, json
first, decoder = json, json.decoder
for name in [name for name in sys.modules if name.startswith("json")]: del sys.modules[name]
import json
print(json is first, json.decoder is decoder, json.JSONDecodeError is first.JSONDecodeError)
