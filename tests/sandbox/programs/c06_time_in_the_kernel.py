#: tries = "C1: time spent in the kernel is cpu time"
#: reason = "time_limit"
#: limits = {cpuTimeMs = 300}
#: cpu_ms_between = [300, 400]
#: [unprivileged]
#: reason = "time_limit"
import os
zero = os.open("/dev/zero", os.O_RDONLY)
buffer = bytearray(1 << 20)
while True:
    os.readv(zero, [buffer])
