#: exit_code = 1
# Only KeyboardInterrupt itself ends the process by a signal.
class Own(KeyboardInterrupt): pass
raise Own("a subclass")
