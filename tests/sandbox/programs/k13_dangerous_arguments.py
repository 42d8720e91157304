#: tries = "K2: allowed calls with arguments that are not: prctl, madvise, shmget, sockets' options, process descriptors"
#: stdout = "prctl refused merge EINVAL poison refused huge ENOSYS\ntcp ['EPERM'] filter EPERM init EPERM ['EACCES']\ncontrol ok ok ok ok\n"
#: unprivileged = {stdout = "prctl refused merge EINVAL poison refused huge ENOSYS\ntcp ['EPERM'] filter EPERM init ok ['EACCES']\ncontrol ok ok ok ok\n"}
import fcntl, mmap, os, socket
from attack import show, syscall, word
memory = mmap.mmap(-1, 1 << 16)
# PR_SET_UNALIGN, TSC, SECUREBITS, MCE_KILL, MM, SPECULATION_CTRL, IO_FLUSHER, SYSCALL_USER_DISPATCH, SCHED_CORE, MEMORY_MERGE
options = (6, 26, 28, 33, 35, 53, 57, 59, 62, 67)
processes = {syscall(157, option, 1, 0, 0, 0) for option in options}
poisoned = {word(memory.madvise, advice) for advice in (100, 101)}
show("prctl", "refused" if processes <= {"ENOSYS", "EPERM"} else processes, "merge", word(memory.madvise, 12),
     "poison", "refused" if poisoned <= {"EPERM", "EINVAL"} else poisoned, "huge", syscall(29, 1, 1 << 21, 0o4000 | 0o1600))
tcp = socket.socket()
keys_and_layers = (14, 31, 32, 38, 39, 40)  # TCP_MD5SIG, ULP, MD5SIG_EXT, AO_ADD_KEY and on
init = os.pidfd_open(1)
namespaces = {word(fcntl.ioctl, init, 0xFF00 + request) for request in range(1, 11)}
show("tcp", sorted({word(tcp.setsockopt, socket.IPPROTO_TCP, option, b"\0" * 216) for option in keys_and_layers}),
     "filter", word(tcp.setsockopt, socket.SOL_SOCKET, 50, b"\0" * 4), "init", syscall(424, init, 9, 0, 0),
     sorted(namespaces - {"ENOTTY", "EINVAL"}) or ["EACCES"])  # older kernels have fewer of these requests, or none
show("control", word(tcp.setsockopt, socket.IPPROTO_TCP, socket.TCP_NODELAY, 1), word(memory.madvise, mmap.MADV_DONTNEED),
     syscall(157, 15, b"name"), syscall(424, os.pidfd_open(os.getpid()), 0, 0, 0))
