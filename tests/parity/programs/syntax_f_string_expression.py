#: exit_code = 1
print(f"text {1 +} text")
