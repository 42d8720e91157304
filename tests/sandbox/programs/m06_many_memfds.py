#: tries = "M6: several files in memory that no file system bounds, each below every bound of its own"
#: limits = {memoryBytes = 67108864}
#: reason = "memory_limit"
#: unprivileged = "not enforced: shared mappings and files without a name are bounded one by one, not together"
import os
for _ in range(5):
    fd = os.memfd_create("x")
    for _ in range(20):
        os.write(fd, b"x" * (1 << 20))
