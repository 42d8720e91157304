#: exit_code = 1
import sys
sys.tracebacklimit = 2
def deeper(level):
    if level == 0: raise ValueError("bottom")
    deeper(level - 1)
deeper(5)
