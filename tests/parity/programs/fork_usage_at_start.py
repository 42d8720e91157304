import os, resource
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(usage.ru_utime, usage.ru_stime, usage.ru_maxrss, usage.ru_minflt, os.times()[2:4])
