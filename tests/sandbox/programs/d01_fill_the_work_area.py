#: tries = "D1: fill the work area and do not care"
#: reason = "runtime_error"
#: exit_code = 1
#: stderr_has = "OSError: [Errno 28]"
with open("big", "wb", buffering=0) as file:
    while True:
        file.write(b"x" * (1 << 20))
