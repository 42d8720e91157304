#: exit_code = 1
class Leaves(SystemExit):
    @property
    def code(self): raise ValueError("no code")
    def __str__(self): return "leaves"
raise Leaves
