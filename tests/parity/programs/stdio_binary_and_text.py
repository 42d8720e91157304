import sys
print("text")
sys.stdout.buffer.write(b"bytes\n")
print("text again")
