#: exit_code = 1
class Said:
    def __init__(self, text): self.text = text
    def __del__(self): print(self.text)
def function():
    local = Said("local, kept by the traceback")
    raise ValueError("uncaught")
said = Said("global")
function()
