#: exit_code = 1
class Base:
    def __getattr__(self, name): raise AttributeError(f"no {name}")
class Below(Base):
    @property
    def value(self): return super().value
Below().value
