import sys
class Said:
    def __init__(self, text): self.text = text
    def __call__(self, *args): return None
    def __del__(self): print(self.text)
sys.excepthook = Said("excepthook")
sys.displayhook = Said("displayhook")
sys.unraisablehook = Said("unraisablehook")
sys.breakpointhook = Said("breakpointhook")
print("main ends")
