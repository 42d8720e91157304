#: files = [{name = "types.py", content = "print('the own types')\n"}]
#: exit_code = 1
import types
import enum
