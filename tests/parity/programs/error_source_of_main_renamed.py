#: exit_code = 1
__file__ = "/box/other.py"
__name__ = "other"
1 / 0
