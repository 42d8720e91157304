#: exit_code = 42
import sys
print("before")
sys.exit(42)
