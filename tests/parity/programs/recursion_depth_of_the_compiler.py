def nested(depth):
    try:
        compile("+".join("1" * depth), "made", "exec")
        return True
    except (RecursionError, MemoryError):
        return False
low, high = 1, 20000
while high - low > 1:
    middle = (low + high) // 2
    low, high = (middle, high) if nested(middle) else (low, middle)
print(low)
