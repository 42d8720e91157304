# What Python does not know of its own process.
for line in open("/proc/self/status"):
    if line.startswith("Sig") and not line.startswith("SigQ") or line.startswith("Shd"): print(line, end="")
