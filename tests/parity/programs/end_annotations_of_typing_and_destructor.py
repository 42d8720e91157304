import dataclasses, typing
class Node:
    def method(self): pass
class Said:
    def __del__(self): print("gone")
def function(nodes: typing.List[Node], by_name: typing.Dict[str, Node]) -> typing.Optional[Node]: pass
@dataclasses.dataclass
class Held:
    node: typing.Callable[[Node], None]
said = Said()
