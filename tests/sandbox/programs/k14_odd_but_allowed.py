#: tries = "K14: secret memory, protection keys, barriers, code that is in no file: no more can be done with them"
#: stdout = "ENOSYS barrier ok\n0000000000000000 1 2 1000\n"
import os, sys
from attack import show, syscall
show(syscall(447, 0), "barrier", syscall(324, 0, 0, 0))
syscall(330, 0, 0)  # pkey_alloc: as the processor has them
syscall(334, 0, 0, 0, 0)  # rseq
copy = os.memfd_create("copy")
with open(os.path.realpath(sys.executable), "rb") as program:
    os.write(copy, program.read())
code = ("s = dict(l[:-1].split(':\\t', 1) for l in open('/proc/self/status') if ':\\t' in l)\n"
        "print(s['CapEff'], s['NoNewPrivs'], s['Seccomp'], s['Uid'].split()[1])")
os.execve(copy, ["python3", "-c", code], {})
