#: tries = "G8: the lower limit is in force"
#: after = "g08_fill.py"
#: limits = {memoryBytes = 33554432}
#: reason = "memory_limit"
#: [unprivileged]
#: reason = "memory_limit"
#: stderr_has = "MemoryError"
x = bytearray(60 << 20)
