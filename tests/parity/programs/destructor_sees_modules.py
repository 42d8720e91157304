import sys
class Said:
    def __init__(self, sys=sys): self.sys = sys
    def __del__(self):
        modules = self.sys.modules
        print(type(modules).__name__, modules and len(modules) > 10, modules and "__main__" in modules)
Said()
said = Said()
