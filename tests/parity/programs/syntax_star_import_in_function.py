#: exit_code = 1
def function():
    from os import *
