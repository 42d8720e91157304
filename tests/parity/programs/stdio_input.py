#: stdin = "first line\nsecond line\nlast without end"
print(input())
print(repr(input("prompt> ")))
print(repr(input("another: ")))
