#: tries = "C7: a source that is hard to parse is the program's own trouble"
#: reason = "runtime_error"
#: stderr_has = "Error"
compile("(" * 10**6, "x", "exec")
