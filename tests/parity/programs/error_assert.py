#: exit_code = 1
def check(value): assert value == 2, f"got {value}"
check(3)
