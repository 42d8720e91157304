#: stdin = "x\n"
input({"a": [1]})
