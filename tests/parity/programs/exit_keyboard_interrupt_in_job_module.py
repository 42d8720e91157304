#: signal = 2
#: files = [{name = "helper.py", content = "raise KeyboardInterrupt('in a module')\n"}]
import helper
