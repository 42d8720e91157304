import dataclasses, enum, typing
@dataclasses.dataclass(order=True)
class Point:
    x: int
    y: "list[Point]" = dataclasses.field(default_factory=list)
class Colour(enum.Flag):
    red = enum.auto()
    green = enum.auto()
class Named(typing.NamedTuple):
    name: str
T = typing.TypeVar("T")
class Box(typing.Generic[T]): pass
print(Point(1), typing.get_type_hints(Point), Colour.red | Colour.green, Named("x"), Box[int], Point.__module__, T.__module__)
