#: exit_code = 120
import os, sys
os.dup2(os.open("/dev/full", os.O_WRONLY), 1)
print("does not fit")
sys.exit(3)
