#: tries = "M17: files read over and over through a mapping are no memory limit"
#: limits = {memoryBytes = 50331648}
#: stdout = "read\n"
import mmap, os
for root, _, names in os.walk("/usr/lib/x86_64-linux-gnu"):
    for name in names:
        path = os.path.join(root, name)
        if os.path.isfile(path) and os.path.getsize(path) > 1 << 20:
            with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
                sum(view[at] for at in range(0, len(view), 4096))
print("read")
