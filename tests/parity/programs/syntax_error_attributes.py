try:
    compile("x = 1\ny = (2 3)\n", "made.py", "exec")
except SyntaxError as error:
    print(error.filename, error.lineno, error.offset, error.end_lineno, error.end_offset, repr(error.text), error.msg)
