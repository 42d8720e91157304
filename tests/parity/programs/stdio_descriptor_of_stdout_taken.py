import os
print("goes to the file")
os.close(1)
made = open("made", "w")
print(made.fileno(), flush=True)
os.write(2, open("made", "rb").read())
