#: tries = "M1: more memory than there is"
#: reason = "memory_limit"
x = bytearray(10**10)
