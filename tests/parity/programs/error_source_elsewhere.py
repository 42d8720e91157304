#: exit_code = 1
import os
os.chdir("/tmp")
1 / 0
