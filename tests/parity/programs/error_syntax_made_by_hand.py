#: exit_code = 1
error = SyntaxError("made by hand", ("nowhere.py", 3, 5, "some text here\n", 3, 9))
raise error
