#: exit_code = 1
try:
    int("x")
except ValueError:
    try:
        {}["y"]
    except KeyError:
        [][0]
