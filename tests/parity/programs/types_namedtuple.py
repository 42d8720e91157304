import collections
Point = collections.namedtuple("Point", "x y")
print(Point(1, 2), Point.__module__, Point.__doc__, Point._field_defaults)
