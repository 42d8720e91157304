#: exit_code = 1
import sys
exec("".join(" " * level + "for x in []:\n" for level in range(30)) + " " * 30 + "pass\n")
