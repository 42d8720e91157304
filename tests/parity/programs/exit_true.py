#: exit_code = 1
import sys
sys.exit(True)
