#: tries = "O2: flood both streams from many processes with vectors of a thousand parts"
#: reason = "output_limit"
#: truncated = true
import os
for _ in range(8):
    if os.fork() == 0:
        break
block = b"x" * (1 << 20)
while True:
    os.writev(1, [block] * 1024)
    os.writev(2, [block] * 1024)
