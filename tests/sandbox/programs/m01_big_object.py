#: tries = "M1: more memory than there is"
#: reason = "memory_limit"
#: [unprivileged]
#: reason = "memory_limit"
#: stderr_has = "MemoryError"
x = bytearray(10**10)
