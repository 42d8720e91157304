#: differs = "the kernel tells what the process was before it was a run: its arguments, its environment's end, its ids at the start, its parent, what it has mapped"
print(sorted({line.split(maxsplit=5)[5].strip() for line in open("/proc/self/maps") if len(line.split(maxsplit=5)) > 5 and "gconv" not in line}))
