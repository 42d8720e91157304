#: exit_code = 120
import sys
print("before")
raw = sys.stdout.detach()
raw.write(b"through the buffer\n")
raw.flush()
try:
    print("after")
except ValueError as error:
    sys.stderr.write(f"{error}\n")
