import sys
class Said:
    def __del__(self): print("gone", file=sys.stderr)
said = Said()
