#: tries = "O2: a full stderr takes nothing from stdout"
#: limits = {outputBytes = 1000}
#: truncated = true
#: stdout_bytes = 1000
#: stderr_has = "e"
import os
os.write(2, b"e" * 5000)
os.write(1, b"o" * 1000)
