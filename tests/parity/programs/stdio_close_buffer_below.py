#: exit_code = 1
import sys
print("before")
sys.stdout.flush()
sys.stdout.buffer.raw.close()
print("lost")
