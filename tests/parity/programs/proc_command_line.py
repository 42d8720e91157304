#: differs = "the kernel tells what the process was before it was a run: its arguments, its environment's end, its ids at the start, its parent, what it has mapped"
#: args = ["an argument", ""]
print(open("/proc/self/cmdline", "rb").read())
