#: tries = "use 200 MB under a high limit"
#: stdout = "filled\n"
#: limits = {memoryBytes = 536870912, diskBytes = 268435456}
x = bytearray(100 << 20)
with open("/tmp/x", "wb") as file:
    for _ in range(100):
        file.write(b"x" * (1 << 20))
print("filled")
