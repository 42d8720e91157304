#: exit_code = 1
inner = ExceptionGroup("inner", [TypeError("two"), OSError(2, "three")])
inner.add_note("a note of the inner one")
raise ExceptionGroup("outer", [ValueError("one"), inner]) from KeyError("cause")
