#: exit_code = 1
def function():
pass
