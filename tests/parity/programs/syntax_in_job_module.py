#: exit_code = 1
#: files = [{name = "helper.py", content = "x = 1\ny = = 2\n"}]
print("before")
import helper
