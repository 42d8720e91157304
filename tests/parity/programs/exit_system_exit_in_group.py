#: exit_code = 1
raise BaseExceptionGroup("group", [SystemExit(3), ValueError("one")])
