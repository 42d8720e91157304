#: tries = "D5: a thousand directories deep"
#: stdout = "deep\n"
import os
for _ in range(1000):
    os.mkdir("a")
    os.chdir("a")
print("deep")
