#: tries = "D19: touch a mapped file that was cut"
#: reason = "signal"
#: signal = 7
#: stdout = "mapped\n"
import mmap
from attack import show
with open("x", "w+b") as file:
    file.truncate(1 << 16)
    mapped = mmap.mmap(file.fileno(), 1 << 16)
    mapped[1 << 15] = 1
    show("mapped")
    file.truncate(0)
    mapped[1 << 15] = 1
