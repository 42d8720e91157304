#: exit_code = 1
try:
    int("x")
except ValueError:
    raise RuntimeError("alone") from None
