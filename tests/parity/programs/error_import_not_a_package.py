#: exit_code = 1
#: files = [{name = "helper.py", content = ""}]
import helper.part
