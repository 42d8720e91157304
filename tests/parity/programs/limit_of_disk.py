#: limits = {diskBytes = 1048576}
try:
    with open("made", "wb") as made:
        for _ in range(100): made.write(b"x" * 65536)
except OSError as error:
    print(error.errno)
