#: exit_code = 1
def fail(): raise ValueError("with another's traceback")
try:
    fail()
except ValueError as error:
    kept = error
raise kept.with_traceback(None)
