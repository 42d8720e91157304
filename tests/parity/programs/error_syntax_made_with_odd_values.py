#: exit_code = 1
error = SyntaxError("made by hand")
error.filename, error.lineno, error.offset, error.text = "main.py", "three", None, 5
raise error
