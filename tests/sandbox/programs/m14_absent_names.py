#: tries = "M14: look for a great many names that are not there, so that the kernel remembers them"
#: limits = {memoryBytes = 67108864, cpuTimeMs = 10000}
#: stdout = "looked\n"
import os
for i in range(200_000):
    try:
        os.stat(f"/tmp/{'x' * 200}{i}")
    except FileNotFoundError:
        pass
print("looked")
