import sys
class Said:
    def __del__(self): sys.exit(9)
    def __repr__(self): return "<Said>"
def make(): Said()
make()
said = Said()
print("main ends")
