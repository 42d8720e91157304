#: tries = "G9: with one process allowed a plain program runs; what confines it is not counted"
#: limits = {processes = 1}
#: stdout = "EAGAIN RuntimeError\n"
import os, threading
from attack import show, word
show(word(os.fork), word(threading.Thread(target=print).start))
