print([line for line in open("/proc/self/status") if line.startswith(("Seccomp_filters", "Speculation"))])
