#: exit_code = 1
#: stdin = "one\n"
print(input("first? "))
input("second? ")
