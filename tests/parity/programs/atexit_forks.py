import atexit, os
def fork():
    child = os.fork()
    if child == 0:
        print("in the child")
    else:
        os.waitpid(child, 0)
        print("in the parent")
atexit.register(print, "once in each")
atexit.register(fork)
