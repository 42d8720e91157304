# Lines that are there, whatever they say.
print([line.split(":")[0] for line in open("/proc/self/status")])
