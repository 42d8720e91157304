#: tries = "Z10: fill memory with a marker"
#: stdout = "filled\n"
#: limits = {memoryBytes = 209715200}
x = b"marker-5f1c93ae" * 4_000_000
print("filled")
