#: differs = "the kernel tells what the process was before it was a run: its arguments, its environment's end, its ids at the start, its parent, what it has mapped"
import ctypes, os
libc = ctypes.CDLL(None)
print(libc.getppid(), libc.syscall(110), open("/proc/self/stat").read().split()[3])
print([line.split()[1] for line in open("/proc/self/status") if line.startswith("PPid")])
print([os.system("exit $(test $PPID = %d)" % os.getpid())])
