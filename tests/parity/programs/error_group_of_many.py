#: exit_code = 1
raise ExceptionGroup("many", [ValueError(number) for number in range(30)])
