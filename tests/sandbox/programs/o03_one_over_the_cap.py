#: tries = "O3: one byte more than is kept"
#: limits = {outputBytes = 1000}
#: truncated = true
#: stdout_bytes = 1000
import os
os.write(1, b"x" * 1001)
