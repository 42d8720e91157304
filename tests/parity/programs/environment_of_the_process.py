#: differs = "the kernel tells what the process was before it was a run: its arguments, its environment's end, its ids at the start, its parent, what it has mapped"
print(open("/proc/self/environ", "rb").read())
