#: exit_code = 1
import sys
class Reason:
    def __str__(self): raise ValueError("no text")
    def __repr__(self): return "<Reason>"
sys.exit(Reason())
