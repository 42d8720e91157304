#: exit_code = 4
import sys
class Said:
    def __init__(self, text): self.text = text
    def __del__(self): print(self.text)
def function():
    local = Said("local")
    sys.exit(4)
said = Said("global")
function()
