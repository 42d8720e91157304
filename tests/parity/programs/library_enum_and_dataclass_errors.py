#: exit_code = 1
import dataclasses
@dataclasses.dataclass(frozen=True)
class Frozen:
    value: int
Frozen(1).value = 2
