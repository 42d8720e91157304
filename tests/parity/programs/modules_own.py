#: files = [{name = "helper.py", content = "\"\"\"Doc.\"\"\"\nvalue = 5\n"}]
import helper
print(helper, helper.__name__, helper.__file__, helper.__cached__, helper.__package__, helper.__doc__, helper.__spec__)
