#: tries = "M2: address space that is never touched is not memory"
#: stdout = "mapped\n"
#: [unprivileged]
#: reason = "runtime_error"
#: stderr_has = "Cannot allocate memory"
import mmap
m = mmap.mmap(-1, 1 << 36, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000)  # MAP_NORESERVE
print("mapped")
