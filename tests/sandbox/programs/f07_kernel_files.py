#: tries = "F7, F21: kernel memory, logs and the host's identity"
#: stdout = "[]\n"
import os
names = ("/proc/kcore", "/proc/kallsyms", "/proc/keys", "/proc/sys", "/proc/cmdline", "/dev/mem", "/dev/kmsg",
         "/etc/machine-id", "/proc/sys/kernel/random/boot_id", "/proc/mounts/../version")
print([n for n in names if os.path.exists(n)])
