#: exit_code = 1
import sys
sys.stderr = None
raise ValueError("shown nowhere")
