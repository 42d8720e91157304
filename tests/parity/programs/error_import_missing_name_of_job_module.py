#: exit_code = 1
#: files = [{name = "helper.py", content = "value = 1\n"}]
from helper import other
