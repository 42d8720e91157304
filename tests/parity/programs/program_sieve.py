def primes(limit):
    marks = bytearray([1]) * (limit + 1)
    for number in range(2, int(limit ** 0.5) + 1):
        if marks[number]: marks[number * number::number] = bytes(len(range(number * number, limit + 1, number)))
    return [number for number in range(2, limit + 1) if marks[number]]
found = primes(100000)
print(len(found), found[-5:], sum(found))
