#: stdin = ""
def function(value: int) -> str:
    """Does something."""
help(function)
help("if")
