#: tries = "D2: the next program can make as many files as it may"
#: after = "m14_inodes.py"
#: stdout = "4000 ok\n"
from attack import show, word
def many():
    for i in range(4000):
        open(f"f{i}", "w").close()
show(4000, word(many))
