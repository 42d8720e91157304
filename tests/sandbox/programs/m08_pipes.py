#: tries = "M8: memory in pipes nobody reads"
#: limits = {memoryBytes = 67108864}
#: reason = ["memory_limit", "completed"]
#: stdout_in = ["bounded\n", ""]
#: [unprivileged]
#: stdout = "bounded\n"  # by the kernel's own bound for a user, which is shared
import fcntl, os
queued = 0
try:
    for _ in range(500):
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        try:
            fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 1 << 20)
        except OSError:
            pass
        try:
            while True:
                queued += os.write(writing, b"x" * 65536)
        except BlockingIOError:
            pass
except OSError:
    pass
print("bounded" if queued < 96 << 20 else queued)
