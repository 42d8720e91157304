#: exit_code = 1
import sys
class Reason:
    def __str__(self):
        print("asked for its text")
        return "its text"
sys.exit(Reason())
