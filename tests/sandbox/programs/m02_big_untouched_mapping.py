#: tries = "M2: address space that is never touched is not memory"
#: stdout = "mapped\n"
import mmap
m = mmap.mmap(-1, 1 << 36)
print("mapped")
