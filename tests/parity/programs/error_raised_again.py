#: exit_code = 1
def fail(): raise ValueError("raised twice")
try:
    fail()
except ValueError as error:
    print("first")
    raise
