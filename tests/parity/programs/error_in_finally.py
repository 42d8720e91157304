#: exit_code = 1
try:
    1 / 0
finally:
    raise ValueError("in finally")
