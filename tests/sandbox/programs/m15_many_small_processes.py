#: tries = "M1: many processes, each small, together over the limit; all of them go"
#: limits = {memoryBytes = 100663296}
#: reason = "memory_limit"
#: wall_ms_max = 5000
#: unprivileged = "not enforced: memory is bounded process by process"
import os, signal, time
for _ in range(30):
    if os.fork() == 0:
        x = bytearray(6 << 20)
        for at in range(0, len(x), 4096):
            x[at] = 1
        signal.pause()
time.sleep(2)
