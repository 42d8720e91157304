#: files = [{name = "helper.py", content = "x = 5\nprint(x is 5, '\\d')\n"}]
import helper
