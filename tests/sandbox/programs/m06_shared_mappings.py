#: tries = "M6: shared mappings without a file"
#: limits = {memoryBytes = 67108864}
#: reason = "memory_limit"
#: unprivileged = "not enforced: RLIMIT_DATA counts private memory alone"
import mmap
shared = mmap.mmap(-1, 100 << 20)
for at in range(0, 100 << 20, 4096):
    shared[at] = 1
