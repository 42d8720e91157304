import os
print(sorted(name for name in os.listdir("/proc") if not name.isdigit()), [open(f"/proc/{name}/comm").read() for name in os.listdir("/proc") if name.isdigit() and name == str(os.getpid())])
