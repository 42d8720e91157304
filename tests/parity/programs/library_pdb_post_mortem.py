#: stdin = "p local\nw\nq\n"
import pdb, sys
def fail():
    local = 5
    1 / 0
try:
    fail()
except ZeroDivisionError:
    pdb.post_mortem()
