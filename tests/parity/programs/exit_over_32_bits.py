#: exit_code = 3
import sys
sys.exit(2 ** 40 + 3)
