#: tries = "D6: find what the one before left"
#: stdout = "[]\n"
import os
print([p for p in ("/tmp", "/dev/shm", "/box") for n in os.listdir(p) if n == "left-behind"])
