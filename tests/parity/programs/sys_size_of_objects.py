import sys
print([sys.getsizeof(value) for value in (0, 1.5, "", "abc", "é", [], (), {}, set(), object(), b"", len, sys)])
