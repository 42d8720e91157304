#: tries = "M5: touch shared memory beyond the disk limit"
#: reason = "signal"
#: signal = 7
#: [unprivileged]
#: reason = "runtime_error"
#: stderr_has = "File too large"
import mmap, os
size = 80 << 20
fd = os.open("/dev/shm/x", os.O_CREAT | os.O_RDWR)
os.ftruncate(fd, size)
m = mmap.mmap(fd, size)
for at in range(0, size, 4096):
    m[at] = 1
