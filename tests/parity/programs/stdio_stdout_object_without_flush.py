#: exit_code = 120
import sys
class Writes:
    def write(self, text): sys.__stdout__.write(text)
sys.stdout = Writes()
print("written")
print("flushed?", flush=True)
