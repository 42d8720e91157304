#: tries = "N11: every capability gone, and no way to new ones"
#: stdout = "0000000000000000 0000000000000000 0000000000000000 0000000000000000 1 2\n1000 1000 []\n"
import os
status = dict(line.rstrip("\n").split(":\t", 1) for line in open("/proc/self/status") if ":\t" in line)
print(status["CapPrm"], status["CapEff"], status["CapBnd"], status["CapAmb"], status["NoNewPrivs"], status["Seccomp"])
print(os.getuid(), os.getgid(), os.getgroups())
