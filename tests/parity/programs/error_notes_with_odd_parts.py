#: exit_code = 1
class Odd:
    def __str__(self): raise ValueError
    def __repr__(self): return "<Odd>"
error = ValueError("with odd notes")
error.__notes__ = ["a note", 1, Odd()]
raise error
