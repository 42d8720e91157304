#: tries = "M17: page cache of large files is no memory limit"
#: stdout = "read\n"
#: limits = {memoryBytes = 67108864}
import os
total = 0
for root, _, names in os.walk("/usr/lib"):
    for name in names:
        path = os.path.join(root, name)
        if os.path.isfile(path) and not os.path.islink(path):
            try:
                with open(path, "rb", buffering=0) as file:
                    while block := file.read(1 << 20):
                        total += len(block)
            except OSError:
                pass
    if total > 300 << 20:
        break
print("read")
