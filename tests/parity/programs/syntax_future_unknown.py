#: exit_code = 1
from __future__ import braces
