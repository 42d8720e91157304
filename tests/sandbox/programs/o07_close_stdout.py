#: tries = "O7: close the descriptor under Python's stdout"
#: reason = "runtime_error"
#: exit_code = 120
#: stderr_has = "Exception ignored"
import os
print("lost")
os.close(1)
