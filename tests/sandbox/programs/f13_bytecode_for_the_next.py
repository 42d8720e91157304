#: tries = "F13: leave start-up files and compiled modules where a later Python might look"
#: stdout = "shadowed\n"
import os, site, sys
poison = 'print("poisoned")\nimport os; os._exit(66)\n'
for place in ("/box", "/tmp", "/dev/shm", site.getusersitepackages(), "/box/__pycache__"):
    os.makedirs(place, exist_ok=True)
    for name in ("sitecustomize.py", "usercustomize.py", "json.py", "x.pth"):
        with open(os.path.join(place, name), "w") as file:
            file.write('import os; os._exit(66)\n' if name == "x.pth" else poison)
pid = os.fork()
if pid == 0:  # the control: in this run they are found
    os.execv(sys.executable, [sys.executable, "-c", "import json"])
print("shadowed" if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 66 else "not found")
