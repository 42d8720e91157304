#: stdin = "never read"
print("main ends")
