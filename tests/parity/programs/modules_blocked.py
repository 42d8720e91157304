import sys
sys.modules["json"] = None
try:
    import json
except ImportError as error:
    print(error)
sys.modules["re"] = None
try:
    import textwrap
except ImportError as error:
    print(error)
