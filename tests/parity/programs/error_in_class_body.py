#: exit_code = 1
class Broken:
    value = 1 / 0
