#: tries = "M4, D1: fill the work area"
#: stdout = "ENOSPC\n"
from attack import show, word
def fill():
    with open("/tmp/big", "wb", buffering=0) as file:
        while True:
            file.write(b"x" * (1 << 20))
show(word(fill))
