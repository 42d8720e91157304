import sys
for number in range(5000):
    print("out", number)
    print("err", number, file=sys.stderr)
