#: stdin = "1 / 0\n"
#: exit_code = 1
import sys
exec(compile(sys.stdin.read(), "<stdin>", "exec"))
