#: exit_code = 1
class Own(BaseException): pass
raise Own("an own one")
