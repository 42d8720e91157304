import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
try:
    with open("made", "wb", buffering=0) as made:
        print(made.write(b"x" * 20))
        made.write(b"x")
except OSError as error:
    print(error)
