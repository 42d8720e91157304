#: tries = "G8: a limit below what the run before used"
#: after = "g08_fill.py"
#: limits = {memoryBytes = 33554432}
#: stdout = "fine\n"
#: memory_bytes_max = 20000000
print("fine")
