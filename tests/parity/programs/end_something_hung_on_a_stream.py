import sys
class Said:
    def __del__(self): sys.__stderr__ and print("gone")
sys.stdout.said = Said()
