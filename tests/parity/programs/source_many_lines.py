# Ten thousand lines, and the error is in the last.
import traceback
try:
    exec("x = 0\n" + "x += 1\n" * 10000 + "x / 0\n")
except ZeroDivisionError:
    traceback.print_exc()
