#: tries = "Z3: memory that is shared with others and can be written"
#: stdout = "[] control 1\n"
import mmap
def shared():
    with open("/proc/self/maps") as maps:
        return [line.strip() for line in maps if line.split()[1][1] == "w" and line.split()[1][3] == "s"]
found = shared()
own = mmap.mmap(-1, 4096)
print(found, "control", len(shared()))
