try:
    print(len(str(10 ** 5000)))
except ValueError as error:
    print(error)
print(hash(10 ** 1000), (3 ** 2000) % 1000007, int("1" * 4000) % 97)
