#: exit_code = 1
raise GeneratorExit("by hand")
