import sys
class Said:
    def __del__(self): print(sys.is_finalizing())
Said()
said = Said()
