#: tries = "F7, F21: kernel memory, logs and the host's identity"
#: stdout = "[] sandbox sandbox control ok\n"
import os, socket
from attack import show, word
names = ("/proc/kcore", "/proc/kallsyms", "/proc/kmsg", "/proc/keys", "/proc/key-users", "/proc/sys", "/proc/cmdline",
         "/proc/config.gz", "/proc/iomem", "/proc/sysrq-trigger", "/proc/timer_list", "/proc/version", "/proc/uptime",
         "/proc/meminfo", "/proc/cpuinfo", "/proc/loadavg", "/proc/locks", "/proc/self/mounts/../../version",
         "/dev/mem", "/dev/kmsg", "/dev/port", "/dev/tty", "/dev/ptmx", "/dev/pts", "/dev/fuse", "/dev/kvm",
         "/dev/net", "/dev/userfaultfd", "/dev/mqueue", "/dev/hugepages", "/etc/machine-id", "/var", "/boot",
         "/proc/sys/kernel/random/boot_id", "/sys/class/dmi", "/sys/kernel/security", "/proc/sys/kernel/core_pattern")
show([n for n in names if os.path.exists(n)], socket.gethostname(), open("/etc/hostname").read().strip(),
     "control", word(os.stat, "/proc/self/status"))
