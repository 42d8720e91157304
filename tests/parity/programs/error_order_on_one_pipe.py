#: exit_code = 1
import os, sys
os.dup2(1, 2)
print("first")
sys.stderr.write("second, without a line feed")
print("third")
raise ValueError("fourth")
