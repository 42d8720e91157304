#: tries = "Z10: a marker of an earlier program in own memory"
#: after = "z10_marker.py"
#: stdout = "0 control found\n"
marker = bytes(b ^ 1 for b in b"l`sjds,4g0b82`d")  # "marker-5f1c93ae", never whole in this program's own memory
def occurrences(shown):
    found = 0
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", buffering=0) as memory:
        for line in maps:
            low, high = (int(x, 16) for x in line.split()[0].split("-"))
            if "r" not in line.split()[1] or "[v" in line:
                continue
            try:
                memory.seek(low)
                block = memory.read(high - low)
            except (OSError, OverflowError, ValueError):
                continue
            found += block.count(shown * 3)
    return found
before = occurrences(marker)
hidden = bytearray(marker * 1000)
print(before, "control", "found" if occurrences(marker) >= 300 else "not found")
