#: exit_code = 1
import os
os.remove("main.py")
1 / 0
