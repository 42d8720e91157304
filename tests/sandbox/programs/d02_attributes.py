#: tries = "D2, M14: extended attributes and access lists: kernel memory that no group pays for"
#: stdout = "[('ENOTSUP', 'ENOTSUP', 'ENOTSUP')] control ok\n"
import os, struct
from attack import show, word
entries = [(1, 7, -1)] + [(2, 7, 1000)] * 8000 + [(4, 7, -1), (0x10, 7, -1), (0x20, 7, -1)]
access_list = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in entries)
os.mkdir("d")
seen = set()
for _ in range(100):
    fd = os.open("d", os.O_RDONLY)
    seen.add((word(os.setxattr, "d", "system.posix_acl_access", access_list),
              word(os.setxattr, fd, "system.posix_acl_default", access_list),
              word(lambda: os.setxattr("d", "user.x", b"y" * 60000, follow_symlinks=False))))
    os.close(fd)
show(sorted(seen), "control", word(os.listxattr, "d"))
