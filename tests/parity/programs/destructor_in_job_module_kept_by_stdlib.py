#: files = [{name = "helper.py", content = """
#: import json
#: class Said:
#:     def __del__(self): print("gone", __name__)
#: said = Said()
#: def default(value): return said
#: json.default = default
#: """}]
import helper
del helper
