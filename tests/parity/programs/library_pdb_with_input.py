#: stdin = "p value\nn\np value\nw\nc\n"
value = 1
breakpoint()
value = 2
print("after", value)
