#: tries = "G6, M18: the run after one that ran out of memory has counters of its own"
#: after = "m06_memfd.py"
#: stdout = "fine\n"
#: memory_bytes_max = 40000000
print("fine")
