#: exit_code = 1
print("before")
{}["missing"]
