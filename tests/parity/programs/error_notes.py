#: exit_code = 1
error = ValueError("with notes")
error.add_note("first note\nof two lines")
error.add_note("")
error.add_note("naïve ☃")
raise error
