#: exit_code = 1
import sys
sys.stderr.close()
raise ValueError("shown nowhere")
