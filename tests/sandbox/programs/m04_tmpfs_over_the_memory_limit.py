#: tries = "M4: files of the work area are memory of the run"
#: limits = {memoryBytes = 50331648, diskBytes = 268435456}
#: reason = "memory_limit"
#: unprivileged = "not enforced: files in memory are bounded by diskBytes alone"
for i in range(20):
    with open(f"/tmp/{i}", "wb", buffering=0) as file:
        for _ in range(5):
            file.write(b"x" * (1 << 20))
