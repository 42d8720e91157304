#: exit_code = 1
from json import missing
