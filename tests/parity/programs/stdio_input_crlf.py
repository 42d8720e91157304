#: stdin = "one\r\ntwo\rthree\n"
print([input(), input()])
