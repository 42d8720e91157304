#: stdin = "a\u0000b\n"
print(ascii(input()))
