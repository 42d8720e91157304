#: exit_code = 1
def outer():
    class Inner(Exception): pass
    return Inner
Named = type("Named", (outer(),), {"__module__": "some.where", "__qualname__": "Other.Named"})
raise Named("where it says")
