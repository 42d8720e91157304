#: exit_code = 1
import sys
source = "".join(" " * level + "if True:\n" for level in range(101)) + " " * 101 + "pass\n"
exec(compile(source, "made.py", "exec"))
