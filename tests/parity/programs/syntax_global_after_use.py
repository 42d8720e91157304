#: exit_code = 1
def function():
    x = 1
    global x
