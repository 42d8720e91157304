#: exit_code = 1
import sys
sys.stderr = sys.stdout
print("before")
raise ValueError("on stdout")
