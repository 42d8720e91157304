#: exit_code = 1
class Chain:
    @property
    def link(self): return self
    def call(self, *arguments): return self
chain = Chain()
(chain.link.call(1, [2, 3], key={"a": 1}["b"]).link
 .call(4))
