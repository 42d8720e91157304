#: exit_code = 1
class Own(Exception): pass
Own.__module__ = None
raise Own("no module")
