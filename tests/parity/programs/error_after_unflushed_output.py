#: exit_code = 1
import sys
print("to stdout, not flushed yet", end="")
sys.stderr.write("to stderr, ")
1 / 0
