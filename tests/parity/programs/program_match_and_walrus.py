def describe(value):
    match value:
        case {"kind": str(kind), **rest}: return f"{kind} {rest}"
        case [first, *others]: return f"{first} then {len(others)}"
        case int() | float() as number if number > 5: return "large"
        case _: return "else"
print([describe(value) for value in ({"kind": "a", "b": 1}, [1, 2, 3], 7, 2)], (n := 10), n)
