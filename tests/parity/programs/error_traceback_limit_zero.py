#: exit_code = 1
import sys
sys.tracebacklimit = 0
1 / 0
