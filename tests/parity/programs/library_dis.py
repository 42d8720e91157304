import dis
def function(value): return value + 1
dis.dis(function)
