#: tries = "M9: page tables instead of pages"
#: reason = "memory_limit"
#: limits = {memoryBytes = 67108864}
#: [unprivileged]
#: reason = "runtime_error"
#: stderr_has = "Cannot allocate memory"
import mmap
maps = [mmap.mmap(-1, 1 << 36, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000) for _ in range(4)]
for m in maps:
    for at in range(0, 1 << 36, 1 << 21):
        m[at] = 1
