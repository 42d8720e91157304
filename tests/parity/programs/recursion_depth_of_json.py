import json
def nested(depth):
    try:
        json.loads("[" * depth + "]" * depth)
        return True
    except RecursionError:
        return False
low, high = 1, 5000
while high - low > 1:
    middle = (low + high) // 2
    low, high = (middle, high) if nested(middle) else (low, middle)
print(low)
