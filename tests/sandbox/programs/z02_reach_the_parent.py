#: tries = "Z2: reach whoever started this program: its memory, descriptors and files; signals, tracing"
#: stdout = "['ENOENT'] ['EPERM'] control ok\n"
#: unprivileged = {stdout = "['ENOENT'] ['EPERM', 'ok'] control ok\n"}
import os, signal
from attack import show, syscall, word
parents = {1, os.getppid()} - {0}  # 0: it is in no namespace that can be seen from here
names = ("mem", "maps", "environ", "fd", "root", "cwd", "exe", "task", "status", "ns/net", "stack", "auxv")
signals = (signal.SIGTERM, signal.SIGSTOP, signal.SIGKILL, signal.SIGUSR1)
seen, done = set(), set()
for parent in parents:
    seen |= {word(os.lstat, f"/proc/{parent}/{name}") for name in names}
    done |= {syscall(101, request, parent, 0, 0) for request in (16, 0x4206)}  # ptrace: attach, seize
    done |= {syscall(number, parent, parent, 0, 0, 0, 0) for number in (310, 311, 312)}  # their memory; kcmp
    done |= {word(os.kill, parent, number) for number in signals}
    done |= {syscall(438, os.pidfd_open(parent), descriptor, 0) for descriptor in range(4)}
show(sorted(seen), sorted(done), "control", word(os.lstat, f"/proc/{os.getpid()}/mem"))
