#: tries = "F23, Z18: a file of the job's own with the name of a standard module wins"
#: stdout = "own own\n"
import os, subprocess, sys
for name in ("json", "random"):
    with open(f"{name}.py", "w") as file:
        file.write('who = "own"\n')
if len(sys.argv) == 1:
    print(*(subprocess.run([sys.executable, "main.py", name], capture_output=True, text=True).stdout for name in ("json", "random")))
else:
    print(__import__(sys.argv[1]).who, end="")
