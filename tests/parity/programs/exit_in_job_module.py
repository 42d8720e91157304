#: exit_code = 11
#: files = [{name = "helper.py", content = "import sys\nprint('helper')\nsys.exit(11)\n"}]
import helper
print("never")
