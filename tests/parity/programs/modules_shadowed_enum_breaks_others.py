#: exit_code = 1
#: files = [{name = "enum.py", content = "print('the own enum')\n"}]
import re
