#: tries = "O12: read more than is given"
#: reason = "runtime_error"
#: stderr_has = "EOFError"
input()
