#: tries = "O2: flood stderr"
#: reason = "output_limit"
#: truncated = true
import os
while True:
    os.write(2, b"x" * 65536)
