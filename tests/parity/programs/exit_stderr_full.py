#: exit_code = 120
import os, sys
os.dup2(os.open("/dev/full", os.O_WRONLY), 2)
sys.stderr.write("does not fit")
print("main ends")
