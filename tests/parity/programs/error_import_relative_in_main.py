#: exit_code = 1
from . import something
