import os, resource
print(resource.getrlimit(resource.RLIMIT_NOFILE), os.sysconf("SC_OPEN_MAX"))
kept = []
try:
    while True: kept.append(os.dup(0))
except OSError as error:
    print(len(kept), error.errno)
