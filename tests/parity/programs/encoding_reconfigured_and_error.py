#: exit_code = 1
import sys
sys.stderr.reconfigure(encoding="ascii")
raise ValueError("naïve ☃")
