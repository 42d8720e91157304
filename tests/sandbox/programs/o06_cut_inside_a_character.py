#: tries = "O6: the cap falls inside a character"
#: limits = {outputBytes = 1000}
#: truncated = true
#: stdout_bytes = 333
import sys
sys.stdout.buffer.write("\u20ac".encode() * 400)
