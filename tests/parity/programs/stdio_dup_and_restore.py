import os
kept = os.dup(1)
made = os.open("made", os.O_CREAT | os.O_RDWR)
print("to the pipe", flush=True)
os.dup2(made, 1)
print("to the file", flush=True)
os.dup2(kept, 1)
print(kept, made, os.pread(made, 100, 0))
