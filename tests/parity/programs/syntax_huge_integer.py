#: exit_code = 1
import sys
exec("x = " + "9" * 5000)
