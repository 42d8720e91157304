#: tries = "Z10: fill memory with a marker"
#: stdout = "filled\n"
x = (b"marker-" + b"5f1c93ae ") * 1_000_000
print("filled")
