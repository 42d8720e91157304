#: exit_code = 1
import sys
sys.stderr = sys.stdout
sys.exit("said on stdout")
