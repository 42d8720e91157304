#: exit_code = 1
import sys
print("to stdout")
sys.exit("to stderr")
