#: exit_code = 1
x = 1
y = """never
ends
