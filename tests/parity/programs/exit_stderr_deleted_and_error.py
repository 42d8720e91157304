#: exit_code = 1
import sys
del sys.stderr
raise ValueError("shown nowhere")
