#: tries = "O10: what was not flushed is not printed"
#: reason = "runtime_error"
#: exit_code = 5
#: stdout = ""
import os
print("x", end="")
os._exit(5)
