import os, signal
class Late(Exception): pass
def handler(number, frame): raise Late
signal.signal(signal.SIGALRM, handler)
reader, writer = os.pipe()
try:
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    os.read(reader, 1)
except Late:
    print("too late")
