#: exit_code = 1
one, other = ValueError("one"), ValueError("other")
one.__cause__, other.__cause__ = other, one
raise one
