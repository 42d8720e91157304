#: exit_code = 29
import sys
sorted([1, 2], key=lambda _: sys.exit(29))
