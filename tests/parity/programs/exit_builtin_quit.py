#: exit_code = 1
quit("a message")
