"""What the program does."""
import sys
class Own:
    """A class."""
    value = 5
help(sys.modules["__main__"])
