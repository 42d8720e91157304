#: exit_code = 1
値 = None
print("漢字", 値.属性, "漢字")
