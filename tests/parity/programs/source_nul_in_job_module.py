#: exit_code = 1
#: files = [{name = "helper.py", content = "print('before')\n\u0000\n"}]
import helper
