import os, signal
signal.signal(signal.SIGCHLD, lambda *_: print("a child ended", flush=True))
child = os.fork()
if child == 0: os._exit(0)
print(os.waitpid(child, 0)[1])
