import io, sys
class Said:
    def __del__(self): print("gone")
said = Said()
sys.stdout = io.StringIO()
