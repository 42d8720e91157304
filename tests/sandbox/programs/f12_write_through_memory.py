#: tries = "F12: change a shared file by way of its pages: shared and private mappings, /proc/self/mem, splice"
#: stdout = "EACCES EIO private splice EBADF unchanged control ok\n"
import mmap, os
from attack import show, word
path = os.__file__
file = os.open(path, os.O_RDONLY)
original = os.pread(file, 4096, 0)
memory = os.open("/proc/self/mem", os.O_RDWR)
def address_of(mapping_flags):
    mapped = mmap.mmap(file, 4096, flags=mapping_flags, prot=mmap.PROT_READ)
    kept.append(mapped)
    return next(int(line.split("-")[0], 16) for line in open("/proc/self/maps")
                if path in line and line.split()[1] == ("r--s" if mapping_flags == mmap.MAP_SHARED else "r--p"))
kept = []
writable = word(lambda: mmap.mmap(file, 4096, flags=mmap.MAP_SHARED, prot=mmap.PROT_READ | mmap.PROT_WRITE))
shared = word(os.pwrite, memory, b"X" * 16, address_of(mmap.MAP_SHARED))
at = address_of(mmap.MAP_PRIVATE)
os.pwrite(memory, b"X" * 16, at)
private = "private" if kept[1][:16] == b"X" * 16 and os.pread(file, 16, 0) == original[:16] else "shared"
reading, writing = os.pipe()
os.write(writing, b"x" * 65536)  # every buffer of the pipe was written to once
os.read(reading, 65536)
os.splice(file, writing, 1, offset_src=0)
os.write(writing, b"Y" * 16)  # CVE-2022-0847 wrote this into the file's page
spliced = "splice" if os.read(reading, 100) == original[:1] + b"Y" * 16 else "no splice"
show(writable.replace("PermissionError", "EACCES"), shared, private, spliced, word(os.sendfile, file, file, 0, 10),
     "unchanged" if os.pread(file, 4096, 0) == original else "changed", "control", word(os.pread, memory, 16, at))
