#: tries = "M14, D2: a million files"
#: stdout = "ENOSPC\n"
from attack import show, word
def many():
    for i in range(10**6):
        open(f"f{i}", "w").close()
show(word(many))
