#: exit_code = 1
def function(a, b, a): pass
