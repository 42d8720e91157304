#: exit_code = 1
await something()
