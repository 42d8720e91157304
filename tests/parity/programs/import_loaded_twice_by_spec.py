import importlib.util, sys
spec = importlib.util.spec_from_file_location("json", "/usr/lib/python3.11/json/__init__.py")
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
print("json" in sys.modules, "json.decoder" in sys.modules, hasattr(module, "decoder"))
import json
print(module is json, hasattr(json, "decoder"), module.JSONDecoder is json.JSONDecoder)
