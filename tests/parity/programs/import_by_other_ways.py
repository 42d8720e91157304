import importlib, importlib.util, sys
print(importlib.import_module("json").__name__, __import__("json.decoder").__name__, __import__("json.decoder", fromlist=["x"]).__name__)
print(importlib.import_module(".encoder", "json").__name__)
spec = importlib.util.find_spec("textwrap")
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
print(module.__name__, "textwrap" in sys.modules)
import textwrap
print(textwrap is module)
