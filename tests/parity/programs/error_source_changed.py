#: exit_code = 1
with open("main.py", "w") as changed:
    changed.write("one\ntwo\nthree\n    another line four\n")
1 / 0
