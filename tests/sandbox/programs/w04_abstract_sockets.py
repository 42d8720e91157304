#: tries = "W4: see abstract sockets of the host"
#: stdout = "0\n"
print(sum(1 for line in open("/proc/self/net/unix")) - 1)
