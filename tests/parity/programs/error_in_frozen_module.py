#: exit_code = 1
import os
os.makedirs("/nowhere/below")
