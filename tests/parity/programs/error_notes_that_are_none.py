#: exit_code = 1
error = ValueError("with odd notes")
error.__notes__ = 5
raise error
