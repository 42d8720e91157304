import sys
print(1, "two", None, sep="-", end="|\n")
print("to", "stderr", file=sys.stderr, end="")
print(*range(5), sep="\n")
print()
