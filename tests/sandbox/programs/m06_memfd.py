#: tries = "M6: files in memory that no file system bounds"
#: reason = "memory_limit"
#: [unprivileged]
#: reason = "runtime_error"
#: stderr_has = "File too large"
import os
fd = os.memfd_create("x")
for _ in range(4096):
    os.write(fd, b"x" * (1 << 20))
