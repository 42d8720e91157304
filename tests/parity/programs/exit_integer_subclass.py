#: exit_code = 7
import enum, sys
class Status(enum.IntEnum):
    bad = 7
sys.exit(Status.bad)
