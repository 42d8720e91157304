#: exit_code = 120
import sys
class Stubborn:
    closed = False
    def write(self, text): sys.__stdout__.write(text)
    def flush(self): raise OSError("cannot flush")
sys.stdout = Stubborn()
print("main ends")
