#: tries = "O2: flood stderr; what stdout said is kept"
#: reason = "output_limit"
#: truncated = true
#: stdout = "kept"
import os
os.write(1, b"kept")
while True:
    os.write(2, b"x" * 65536)
