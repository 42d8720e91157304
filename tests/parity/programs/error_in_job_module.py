#: exit_code = 1
#: files = [{name = "helper.py", content = """
#: def divide(value):
#:     return value / 0
#: """}]
import helper
helper.divide(5)
