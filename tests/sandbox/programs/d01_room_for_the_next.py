#: tries = "D1: the next program has a full area again"
#: after = "d01_fill_the_work_area.py"
#: stdout = "60 ok\n"
from attack import show, word
def fill():
    with open("big", "wb", buffering=0) as file:
        for _ in range(60):
            file.write(b"x" * (1 << 20))
show(60, word(fill))
