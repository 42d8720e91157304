#: exit_code = 1
try:
    raise ExceptionGroup("both", [ValueError("handled"), TypeError("left")])
except* ValueError as group:
    print(group.exceptions)
