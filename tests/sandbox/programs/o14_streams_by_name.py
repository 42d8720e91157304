#: tries = "O14: the streams by their names work, for what they are for and no more"
#: stdout = "one\ntwo\nEACCES EACCES b''\n"
import os
from attack import show, word
show("one")
with open("/dev/stdout", "w") as out:
    out.write("two\n")
os.close(os.open("/dev/stderr", os.O_WRONLY))
show(word(open, "/dev/stdout"), word(os.open, "/dev/stdin", os.O_WRONLY), open("/dev/stdin", "rb").read())
