import sys
class Shouts:
    def __init__(self, stream): self.stream = stream
    def write(self, text): self.stream.write(text.upper())
    def flush(self): self.stream.write("flushed\n")
class Said:
    def __del__(self): print("gone")
said = Said()
sys.stdout = Shouts(sys.stdout)
print("main ends")
