#: tries = "D2: names without files, by hard links, and links to links without end"
#: stdout = "ENOSPC bounded ELOOP control ok\n"
import os
from attack import show, word
open("one", "w").close()
made = 0
def names():
    global made
    for made in range(10**6):
        os.link("one", f"n{made}")
filled = word(names)
os.unlink("n0")
os.unlink("n1")
os.symlink("there", "here")
os.symlink("here", "there")
show(filled, "bounded" if made < 4200 else made, word(open, "here"), "control", word(open, "one"))
