#: exit_code = 1
exec(compile("\n\n\n1 / 0", "main.py", "exec"))
# This is line two, and line three is empty:

print("line four is shown, though it did not fail")
