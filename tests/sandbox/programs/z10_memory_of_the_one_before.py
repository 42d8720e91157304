#: tries = "Z10: a marker of an earlier program in own memory"
#: after = "z10_marker.py"
#: stdout = "0\n"
import re
found = 0
needle = b"marker-" + b"5f1c93ae"
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
        found += len(re.findall(re.escape(needle[:-1]) + b"e" + b"[^\\\\]", block)) > 2
print(found)
